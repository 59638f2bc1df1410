-- The cells of the denominators: Insee's communes where it gives them, the lines of the SSMSI base for the départements
-- that it does not.
with departements as (
    select v.territoire_code as demande_code, v.millesime, v.nature, v.territoire_code from denominateurs_demandes as v
    union all
    select v.territoire_code, v.millesime, v.nature, c.composante_code
    from denominateurs_demandes as v
    inner join {{ ref('int_composition') }} as c on c.territoire_code = v.territoire_code
    inner join {{ ref('int_territoires') }} as t on t.territoire_code = v.territoire_code and t.niveau in ('region', 'france')
),

communes as (
    select p.*, 'DEP-' || p.code_departement as territoire_code from {{ ref('int_populations_communes') }} as p
    union all
    select p.*, r.territoire_code
    from {{ ref('int_populations_communes') }} as p
    inner join {{ ref('int_rattachements') }} as r on r.code_commune = p.code_commune
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
select v.demande_code, v.millesime, s.livraison_id, s.feuille, s.ligne, s.colonne, v.nature, v.territoire_code,
    case v.nature when 'population' then s.population else s.logements end, 'somme'
from departements as v
inner join {{ ref('int_populations') }} as p
    on p.territoire_code = v.territoire_code and p.millesime = v.millesime and p.nature = v.nature and p.origine = 'ssmsi'
inner join ssmsi as s
    on 'DEP-' || s.code_departement = v.territoire_code
    and case v.nature when 'population' then s.population_millesime else s.logements_millesime end = v.millesime
    and case v.nature when 'population' then s.rang_population else s.rang_logements end = 1
