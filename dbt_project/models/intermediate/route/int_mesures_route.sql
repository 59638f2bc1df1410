-- One measure a row: an accident counts for its département and, in the instance's, for its arrondissement and commune.
with territoires as (
    select num_acc, 'DEP-' || code_departement as territoire_code, 'departement' as niveau from {{ ref('int_accidents') }}
    union all
    select num_acc, arrondissement_code, 'arrondissement' from {{ ref('int_accidents') }} where arrondissement_code is not null
    union all
    select num_acc, commune_territoire, 'commune' from {{ ref('int_accidents') }} where commune_territoire is not null
)

select
    t.territoire_code,
    t.niveau,
    a.annee,
    a.mois,
    sum(a.accidents) as accidents,
    case when count(a.graves) = count(*) then sum(a.graves) end as graves,
    case when count(a.tues) = count(*) then sum(a.tues) end as tues,
    case when count(a.hospitalises) = count(*) then sum(a.hospitalises) end as hospitalises,
    case when count(a.legers) = count(*) then sum(a.legers) end as legers,
    case when count(a.professionnels) = count(*) then sum(a.professionnels) end as professionnels
from {{ ref('int_accidents') }} as a
inner join territoires as t on t.num_acc = a.num_acc
group by all
