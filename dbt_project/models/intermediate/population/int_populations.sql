-- How many live in a territory at a census, and how many dwellings it has. Insee's communes come first; the SSMSI base
-- gives the départements that they lack, the régions and France when every département is there.
with insee_petits as (
    select r.territoire_code, c.recensement, case when count(c.population) = count(*) then sum(c.population) end as valeur
    from {{ ref('int_populations_communes') }} as c
    inner join {{ ref('int_rattachements') }} as r on r.code_commune = c.code_commune
    group by all
),

insee_departements as (
    select 'DEP-' || code_departement as territoire_code, recensement,
        case when count(population) = count(*) then sum(population) end as valeur
    from {{ ref('int_populations_communes') }}
    group by all
),

ssmsi as (
    select u.territoire_code, u.millesime, u.nature, u.valeur
    from (
        select 'DEP-' || code_departement as territoire_code, population_millesime as millesime, 'population' as nature,
            max(population) as valeur, edition, millesime
        from {{ ref('stg_ssmsi__base') }} group by all
        union all
        select 'DEP-' || code_departement, logements_millesime, 'logements', max(logements), edition, millesime
        from {{ ref('stg_ssmsi__base') }} group by all
    ) as u
    qualify row_number() over (
        partition by u.territoire_code, u.millesime, u.nature order by u.edition desc, u.millesime desc
    ) = 1
),

departements as (
    select territoire_code, recensement as millesime, 'population' as nature, valeur::decimal(18, 2) as valeur, 'insee' as origine
    from insee_departements where valeur is not null
    union all
    select s.territoire_code, s.millesime, s.nature, s.valeur, 'ssmsi'
    from ssmsi as s
    left join insee_departements as i
        on i.territoire_code = s.territoire_code and i.recensement = s.millesime and s.nature = 'population'
    where i.valeur is null
),

grands as (
    select c.territoire_code, d.millesime, d.nature, sum(d.valeur) as valeur,
        case when min(d.origine) = max(d.origine) then min(d.origine) else 'insee et ssmsi' end as origine,
        count(*) as n
    from departements as d
    inner join {{ ref('int_composition') }} as c on c.composante_code = d.territoire_code
    inner join {{ ref('int_territoires') }} as t on t.territoire_code = c.territoire_code and t.niveau in ('region', 'france')
    group by all
),

attendus as (
    select territoire_code, count(*) as n from {{ ref('int_composition') }} group by all
)

select territoire_code, millesime, nature, valeur, origine from departements
union all
select g.territoire_code, g.millesime, g.nature, g.valeur, g.origine
from grands as g
inner join attendus as a on a.territoire_code = g.territoire_code and a.n = g.n
union all
select territoire_code, recensement, 'population', valeur::decimal(18, 2), 'insee' from insee_petits where valeur is not null
