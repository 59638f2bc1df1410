-- The cells of the denominators: the one that gives the territory's own figure; else the communes', or the lines of the
-- SSMSI base, of the départements that it is the sum of.
with departements as (
    select v.territoire_code as demande_code, v.millesime, v.nature, v.territoire_code from denominateurs_demandes as v
    union all
    select v.territoire_code, v.millesime, v.nature, c.composante_code
    from denominateurs_demandes as v
    inner join {{ ref('int_composition') }} as c on c.territoire_code = v.territoire_code
    inner join {{ ref('int_territoires') }} as t on t.territoire_code = v.territoire_code and t.niveau in ('region', 'france')
    left join {{ ref('int_populations_officielles') }} as o
        on o.territoire_code = v.territoire_code and o.millesime = v.millesime and o.nature = v.nature
    where o.territoire_code is null
),

-- Paris, Lyon and Marseille may come by arrondissement municipal.
lues as (
    select a.recensement, a.code_departement, a.code_actuel, p.code_commune, p.population, p.livraison_id, p.feuille,
        p.ligne, p.colonne
    from {{ ref('int_populations_attendues') }} as a
    inner join {{ ref('int_populations_communes') }} as p
        on p.code_commune = a.code_commune and p.recensement = a.recensement
    union all
    select a.recensement, a.code_departement, a.code_actuel, p.code_commune, p.population, p.livraison_id, p.feuille,
        p.ligne, p.colonne
    from {{ ref('int_populations_attendues') }} as a
    inner join {{ ref('stg_insee__communes') }} as m
        on m.commune_parente = a.code_commune and m.type_commune = 'ARM' and m.retenue
    inner join {{ ref('int_populations_communes') }} as p
        on p.code_commune = m.code_commune and p.recensement = a.recensement
    left join {{ ref('int_populations_communes') }} as entiere
        on entiere.code_commune = a.code_commune and entiere.recensement = a.recensement
    where entiere.code_commune is null
),

communes as (
    select l.*, p.territoire_code
    from lues as l
    inner join {{ ref('int_populations') }} as p
        on p.territoire_code = 'DEP-' || l.code_departement and p.millesime = l.recensement and p.nature = 'population'
        and p.origine = 'insee_communes'
    union all
    select l.*, r.territoire_code
    from lues as l
    inner join {{ ref('int_rattachements') }} as r on r.code_commune = l.code_actuel
),

ssmsi as (
    select b.*,
        row_number() over (
            partition by b.code_departement, b.population_millesime order by b.edition desc, b.millesime desc, b.annee, b.indicateur_code
        ) as rang_population,
        row_number() over (
            partition by b.code_departement, b.logements_millesime order by b.edition desc, b.millesime desc, b.annee, b.indicateur_code
        ) as rang_logements
    from {{ ref('stg_ssmsi__base') }} as b
)

select v.demande_code as territoire_code, v.millesime, c.livraison_id, c.feuille, c.ligne, c.colonne,
    'population' as mesure, 'commune ' || c.code_commune as objet, c.population::decimal(18, 2) as compte, 'somme' as operation
from departements as v
inner join communes as c
    on c.territoire_code = v.territoire_code and c.recensement = v.millesime and v.nature = 'population'
union all
select v.demande_code, v.millesime, o.livraison_id, o.feuille, o.ligne, o.colonne, 'population', v.territoire_code, o.valeur,
    'somme'
from departements as v
inner join {{ ref('int_populations_officielles') }} as o
    on o.territoire_code = v.territoire_code and o.millesime = v.millesime and o.nature = v.nature and o.origine = 'insee'
union all
select v.demande_code, v.millesime, s.livraison_id, s.feuille, s.ligne, s.colonne, v.nature, v.territoire_code,
    case v.nature when 'population' then s.population else s.logements end, 'somme'
from departements as v
inner join {{ ref('int_populations') }} as p
    on p.territoire_code = v.territoire_code and p.millesime = v.millesime and p.nature = v.nature and p.origine = 'ssmsi'
inner join ssmsi as s
    on 'DEP-' || s.code_departement = v.territoire_code
    and case v.nature when 'population' then s.population_millesime else s.logements_millesime end = v.millesime
    and case v.nature when 'population' then s.rang_population else s.rang_logements end = 1
union all
select v.demande_code, v.millesime, a.livraison_id, a.feuille, a.ligne, a.colonne, 'population',
    'commune ' || a.code_commune || ', ' || a.age::string || ' ans', a.population, 'somme'
from departements as v
inner join {{ ref('stg_insee__ages') }} as a on a.recensement = v.millesime and v.nature = 'mineurs' and a.age < 18
inner join (
    select code_commune, valide_de, valide_a, 'DEP-' || departement_actuel as territoire_code
    from {{ ref('int_passages_communes') }}
    union all
    select p.code_commune, p.valide_de, p.valide_a, r.territoire_code
    from {{ ref('int_passages_communes') }} as p
    inner join {{ ref('int_rattachements') }} as r on r.code_commune = p.code_actuel
) as p
    on p.code_commune = a.code_commune and p.territoire_code = v.territoire_code
    and make_date(a.recensement + 3, 1, 1) between p.valide_de and p.valide_a
