-- A place against those that it is made of and those that it lies in, within one source and one period.
-- The ministry revises past months: a workbook of one force is a part of the total of the same edition, and of no other.
with editions as (
    select 'DEP-' || tranche as territoire_code, edition
    from {{ source('raw', 'manifeste_etat4001_monthly') }}
    where retenue and table_nom = 'departements'
    union all
    select z.territoire_code, m.edition
    from {{ source('raw', 'manifeste_etat4001_monthly') }} as m
    inner join {{ ref('int_zones') }} as z on m.tranche = z.code_departement || '|' || z.force
    where m.retenue and m.table_nom = 'forces'
),

valeurs as {{ relue() }} (
    select v.indicateur_code, v.territoire_code, v.periode_type, v.periode, v.periode_debut, v.periode_fin, v.source, v.valeur, v.statut, v.livraisons,
        coalesce(s.millesime, e.edition, '') as publication
    from {{ ref('int_valeurs') }} as v
    left join editions as e on v.source = 'etat4001_departements' and e.territoire_code = v.territoire_code
    left join {{ ref('int_valeurs_ssmsi') }} as s
        on s.source = v.source and s.indicateur_code = v.indicateur_code and s.territoire_code = v.territoire_code
        and s.periode = v.periode and s.periode_type = v.periode_type
    inner join {{ ref('int_indicateurs') }} as i on i.indicateur_code = v.indicateur_code
    -- Of persons, of equipments, of what pilots declare too, a part has at most what its whole has.
    where v.ventilation_type = 'total' and i.cumul <> 'aucun' and v.unite <> '%'
),

ici as (
    select v.* from valeurs as v
    inner join {{ ref('int_territoires_instance') }} as t on t.territoire_code = v.territoire_code
),

-- Every sum that services enter, also those that are read from the deliveries and not from the list of services.
compositions as (
    select territoire_code, composante_code, valide_de, valide_a, 'parties' as lien
    from {{ ref('int_composition') }}
    where territoire_code like 'SRV-%' or territoire_code like 'DEP-%'
    union all
    select territoire_code, composante_code, valide_de, valide_a, 'services'
    from {{ ref('int_composition') }}
    where territoire_code like 'ARR-%'
    union all
    select territoire_code, composante_code, valide_de, valide_a, 'services'
    from {{ ref('int_groupes_services') }}
    where attendu_etat4001 and (territoire_code like 'Z%' or territoire_code like 'DEP-%')
),

composes as (
    select e.indicateur_code, e.territoire_code, e.periode, e.source, e.valeur, e.livraisons, c.lien,
        {{ lot_de('m.livraisons') }} as parties_livraisons,
        sum(m.valeur) as somme, count(m.valeur) as n_connues, count(case when m.statut = 'M' then 1 end) as n_manquantes,
        min(case when m.statut = 'M' then m.territoire_code end) as manquante_code
    from ici as e
    inner join compositions as c on c.territoire_code = e.territoire_code
    inner join valeurs as m
        on m.territoire_code = c.composante_code and m.indicateur_code = e.indicateur_code and m.source = e.source
        and m.periode = e.periode and m.publication = e.publication
    -- Whoever was there the whole period: a service that came or left within it counts for a part of it.
    where e.valeur is not null and {{ tout_du_long('c', 'e') }}
    group by all
),

inclus as (
    select i.indicateur_code, i.territoire_code, i.periode, i.source, i.valeur, i.livraisons, c.contenant_code,
        e.valeur as contenant, e.livraisons as contenant_livraisons
    from ici as i
    inner join {{ ref('int_inclusions_territoires') }} as c on c.territoire_code = i.territoire_code
    inner join valeurs as e
        on e.territoire_code = c.contenant_code and e.indicateur_code = i.indicateur_code and e.source = i.source
        and e.periode = i.periode
    -- Two publications revise each other: a commune and its département are compared within one.
    where i.valeur is not null and e.valeur is not null and i.publication = e.publication
        and {{ tout_du_long('c', 'i') }}
)

select 'TERRITOIRES' as regle_code, source, indicateur_code, territoire_code, periode, contenant_code as detail,
    valeur as observe, contenant as attendu, greatest(valeur - contenant, 0)::double as ecart,
    livraisons || ',' || contenant_livraisons as livraisons
from inclus
union all
select 'SERVICES_GROUPEMENT', source, indicateur_code, territoire_code, periode, null, somme, valeur,
    greatest(somme - valeur, 0), livraisons || ',' || parties_livraisons
from composes
where lien = 'parties'
union all
select 'UNITE_DISPARUE', source, indicateur_code, territoire_code, periode, manquante_code, n_connues, n_connues + n_manquantes,
    n_manquantes, livraisons
from composes
-- The total that a pilot declares is not a sum: it lacks nothing of what he did not tell apart.
where source <> 'suivi_actions'
