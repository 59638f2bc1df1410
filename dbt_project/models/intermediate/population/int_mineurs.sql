-- Who is under eighteen at a census: the table by single year of age, in the geography of the year it is published, three
-- years later. The file may be an extract: a place has its minors when the ages of its communes add up to its population,
-- to the rounding of each commune.
with communes as (
    select p.code_actuel, p.departement_actuel, a.recensement, count(distinct a.code_commune) as n,
        sum(a.population) as habitants, sum(case when a.age < 18 then a.population else 0 end) as mineurs
    from {{ ref('stg_insee__ages') }} as a
    inner join {{ ref('int_passages_communes') }} as p
        on p.code_commune = a.code_commune and make_date(a.recensement + 3, 1, 1) between p.valide_de and p.valide_a
    where p.code_actuel is not null
    group by p.code_actuel, p.departement_actuel, a.recensement
),

places as (
    select 'DEP-' || departement_actuel as territoire_code, recensement, n, habitants, mineurs from communes
    union all
    select r.territoire_code, c.recensement, c.n, c.habitants, c.mineurs
    from communes as c
    inner join {{ ref('int_rattachements') }} as r on r.code_commune = c.code_actuel
),

sommes as (
    select territoire_code, recensement, sum(n) as n, sum(habitants) as habitants, sum(mineurs) as mineurs
    from places
    group by territoire_code, recensement
)

select s.territoire_code, s.recensement as millesime, 'mineurs' as nature,
    case when abs(s.habitants - p.valeur) <= 1 + s.n * 0.5 then s.mineurs end::decimal(18, 2) as valeur, 'insee' as origine,
    case when abs(s.habitants - p.valeur) > 1 + s.n * 0.5 then 'population_incomplete' end as motif_code
from sommes as s
inner join {{ ref('int_populations') }} as p
    on p.territoire_code = s.territoire_code and p.millesime = s.recensement and p.nature = 'population'
    and p.valeur is not null
