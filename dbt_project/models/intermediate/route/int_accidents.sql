-- Each accident with its victims (NULL in a year without users' table) and where it stands in the instance's
-- département: the arrondissement of its commune in the geography of the year, or of the nearest later one.
with victimes as (
    select
        num_acc,
        count(case when gravite = 2 then 1 end) as tues,
        count(case when gravite = 3 then 1 end) as hospitalises,
        count(case when gravite = 4 then 1 end) as legers,
        max(case when conducteur_professionnel then 1 else 0 end) as professionnels
    from {{ ref('int_usagers') }}
    group by all
),

lieux as (
    select a.num_acc, c.arrondissement_code, c.territoire_code as commune_territoire
    from {{ ref('stg_road_safety__accidents') }} as a
    inner join {{ ref('int_communes') }} as c on c.code_commune = a.code_commune
    qualify row_number() over (
        partition by a.num_acc
        order by case when c.annee >= a.annee then 0 else 1 end,
            case when c.annee >= a.annee then c.annee else -c.annee end
    ) = 1
)

select
    a.num_acc,
    a.annee,
    a.mois,
    a.code_departement,
    a.code_commune,
    l.arrondissement_code,
    l.commune_territoire,
    1 as accidents,
    v.tues,
    v.hospitalises,
    v.legers,
    case when v.tues + v.hospitalises > 0 then 1 when v.num_acc is not null then 0 end as graves,
    v.professionnels
from {{ ref('stg_road_safety__accidents') }} as a
left join victimes as v on v.num_acc = a.num_acc
left join lieux as l on l.num_acc = a.num_acc
