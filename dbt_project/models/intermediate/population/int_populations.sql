-- How many live in a territory at a census, and how many dwellings it has. For a département, a région or France, the
-- figure that the Insee gives; without one the sum of its parts, when none is missing and the list of them is known to be
-- whole. A sum that lacks a part is a row without a value, and says so.
with insee_petits as (
    select r.territoire_code, p.recensement, count(*) as n,
        -- A commune has the parts that are known of it: what it may lack, POPULATION_SAUT sees.
        case when count(case when p.liste_entiere or r.territoire_code like 'COM-%' then p.population end) = count(*)
            then sum(p.population) end as valeur
    from {{ ref('int_rattachements') }} as r
    inner join {{ ref('int_populations_attendues') }} as p on p.code_actuel = r.code_commune
    group by all
),

sommes as (
    select 'DEP-' || code_departement as territoire_code, recensement,
        case when count(case when liste_entiere then population end) = count(*) then sum(population) end as valeur
    from {{ ref('int_populations_attendues') }}
    group by all
),

candidates as (
    select territoire_code, millesime, nature, valeur, origine, 1 as rang
    from {{ ref('int_populations_officielles') }}
    where territoire_code like 'DEP-%'
    union all
    select territoire_code, recensement, 'population', valeur::decimal(18, 2), 'insee_communes', 2 from sommes
),

departements as (
    select territoire_code, millesime, nature, valeur, origine
    from candidates
    qualify row_number() over (
        partition by territoire_code, millesime, nature order by case when valeur is null then 1 else 0 end, rang
    ) = 1
),

grands as (
    select c.territoire_code, d.millesime, d.nature, sum(d.valeur) as valeur,
        case
            when min(d.origine) = max(d.origine) then min(d.origine)
            when count(case when d.origine = 'ssmsi' then 1 end) = 0 then 'insee'
            else 'insee et ssmsi'
        end as origine,
        count(d.valeur) as n
    from departements as d
    inner join {{ ref('int_composition') }} as c on c.composante_code = d.territoire_code
    inner join {{ ref('int_territoires') }} as t on t.territoire_code = c.territoire_code and t.niveau in ('region', 'france')
    group by all
),

attendus as (
    select territoire_code, count(*) as n from {{ ref('int_composition') }} group by all
)

select territoire_code, millesime, nature, valeur, origine,
    case when valeur is null then 'population_incomplete' end as motif_code
from departements
union all
select territoire_code, millesime, nature, valeur, origine, null
from {{ ref('int_populations_officielles') }}
where territoire_code not like 'DEP-%'
union all
select g.territoire_code, g.millesime, g.nature, g.valeur, g.origine, null
from grands as g
inner join attendus as a on a.territoire_code = g.territoire_code and a.n = g.n
left join {{ ref('int_populations_officielles') }} as o
    on o.territoire_code = g.territoire_code and o.millesime = g.millesime and o.nature = g.nature
where o.territoire_code is null
union all
select territoire_code, recensement, 'population', valeur::decimal(18, 2), 'insee',
    case when valeur is null then 'population_incomplete' end
from insee_petits
