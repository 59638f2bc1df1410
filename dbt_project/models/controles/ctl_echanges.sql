-- Places whose figures stand under one another's name. What a place counts, cell by cell, looks like what it counted the
-- year before, more than like any other: the distance is that of the square roots, for which one fact weighs the same
-- everywhere. Two places are exchanged when each looks more like the other; rows are shifted when one is another, and no
-- longer itself. A distance is never under that of the sums of a dozen blocks of cells, which sets nearly all pairs aside
-- before their cells are compared.
with cellules as (
    select 'etat4001_services' as source, force as groupe, 'DEP-' || code_departement as territoire_code, annee,
        code_index::string as cellule, (code_index % 12)::string as bloc, faits::double as valeur,
        livraison_id as livraisons
    from {{ ref('int_faits_departement') }}
    where faits is not null
    union all
    select source, 'services', territoire_code, periode::integer, code_index::string, (code_index % 12)::string,
        faits::double, livraisons
    from {{ ref('ctl_cellules') }}
    where source = 'etat4001_services'
    union all
    select 'etat4001_departements', 'mois', 'DEP-' || code_departement, substr(annee_mois, 1, 4)::integer,
        code_index::string, (code_index % 12)::string, sum(faits)::double, max(livraison_id)
    from {{ ref('stg_etat4001_monthly__faits') }}
    group by code_departement, substr(annee_mois, 1, 4), code_index
    having count(faits) = 12
    union all
    select source, 'base', territoire_code, periode::integer, indicateur_code, indicateur_code, valeur::double,
        livraisons
    from {{ ref('int_valeurs') }}
    where source = 'ssmsi_base' and periode_type = 'annee' and ventilation_type = 'total' and valeur is not null
        and territoire_code like 'DEP-%'
),

propres as (
    select a.source, a.groupe, a.territoire_code, a.annee, max(a.livraisons) as livraisons,
        sum(power(sqrt(a.valeur) - sqrt(b.valeur), 2)) as distance
    from cellules as a
    inner join cellules as b
        on b.source = a.source and b.groupe = a.groupe and b.territoire_code = a.territoire_code and b.cellule = a.cellule
        and b.annee = a.annee - 1
    group by a.source, a.groupe, a.territoire_code, a.annee
),

blocs as (
    select source, groupe, territoire_code, annee, bloc, sqrt(sum(valeur)) as taille
    from cellules
    group by source, groupe, territoire_code, annee, bloc
),

approches as (
    select a.source, a.groupe, a.annee, a.territoire_code, b.territoire_code as autre_code,
        sum(power(a.taille - b.taille, 2)) as approche
    from blocs as a
    inner join blocs as b
        on b.source = a.source and b.groupe = a.groupe and b.annee = a.annee - 1 and b.bloc = a.bloc
        and b.territoire_code <> a.territoire_code
    group by a.source, a.groupe, a.annee, a.territoire_code, b.territoire_code
),

candidates as (
    select p.source, p.groupe, p.annee, p.territoire_code, o.territoire_code as autre_code, p.distance,
        o.distance as autre_distance
    from approches as a
    inner join approches as r
        on r.source = a.source and r.groupe = a.groupe and r.annee = a.annee and r.territoire_code = a.autre_code
        and r.autre_code = a.territoire_code
    inner join propres as p
        on p.source = a.source and p.groupe = a.groupe and p.annee = a.annee and p.territoire_code = a.territoire_code
    inner join propres as o
        on o.source = a.source and o.groupe = a.groupe and o.annee = a.annee and o.territoire_code = a.autre_code
    where a.approche + r.approche < (p.distance + o.distance) / nullif({{ seuil('LIEUX_ECHANGES') }}, 0)
        or a.approche < p.distance / nullif({{ seuil('LIEUX_ECHANGES', 'decalage') }}, 0)
),

-- Of each place this year and another the year before; a pair is looked at both ways.
cellules_candidates as (
    select c.source, c.groupe, c.annee, c.territoire_code, c.autre_code, c.distance, c.autre_distance, a.cellule, a.valeur
    from candidates as c
    inner join cellules as a
        on a.source = c.source and a.groupe = c.groupe and a.annee = c.annee and a.territoire_code = c.territoire_code
),

croisees as (
    select c.source, c.groupe, c.annee, c.territoire_code, c.autre_code, c.distance, c.autre_distance,
        sum(power(sqrt(c.valeur) - sqrt(b.valeur), 2)) as croisee
    from cellules_candidates as c
    inner join cellules as b
        on b.source = c.source and b.groupe = c.groupe and b.annee = c.annee - 1 and b.territoire_code = c.autre_code
        and b.cellule = c.cellule
    group by c.source, c.groupe, c.annee, c.territoire_code, c.autre_code, c.distance, c.autre_distance
),

rapports as (
    select c.source, c.groupe, c.annee, c.territoire_code, c.autre_code, greatest(
        case when r.croisee is not null
            then (c.distance + c.autre_distance) / nullif(greatest(c.croisee + r.croisee, 1), 0) else 0 end,
        {{ seuil('LIEUX_ECHANGES') }} * c.distance / nullif(greatest(c.croisee, 1), 0)
            / nullif({{ seuil('LIEUX_ECHANGES', 'decalage') }}, 0)
    ) as rapport
    from croisees as c
    left join croisees as r
        on r.source = c.source and r.groupe = c.groupe and r.annee = c.annee and r.territoire_code = c.autre_code
        and r.autre_code = c.territoire_code
),

meilleures as (
    select source, groupe, annee, territoire_code, max_by(autre_code, rapport) as autre_code, max(rapport) as rapport
    from rapports
    group by source, groupe, annee, territoire_code
),

exemples as (
    select m.*, t.libelle || ' pour ' || o.libelle as dit, row_number() over (
        partition by m.source, m.groupe, m.annee order by m.rapport desc, m.territoire_code
    ) as place
    from meilleures as m
    inner join {{ ref('int_territoires') }} as t on t.territoire_code = m.territoire_code
    inner join {{ ref('int_territoires') }} as o on o.territoire_code = m.autre_code
    where m.rapport > {{ seuil('LIEUX_ECHANGES') }}
),

dits as (
    select source, groupe, annee, count(*) as n, max(rapport) as rapport,
        {{ en_liste("case when place <= 3 then dit end", "', '", 'place') }} as exemples
    from exemples
    group by source, groupe, annee
),

regardees as (
    select source, groupe, annee, count(*) as n, {{ lot_de('livraisons') }} as livraisons
    from propres
    group by source, groupe, annee
)

select 'LIEUX_ECHANGES' as regle_code, r.source, {{ sans_objet() }}, r.annee::string as periode, d.exemples as detail,
    d.n as observe, r.n as attendu, case when d.rapport is null then 0 else d.rapport end::double as ecart, r.livraisons
from regardees as r
left join dits as d on d.source = r.source and d.groupe = r.groupe and d.annee = r.annee
