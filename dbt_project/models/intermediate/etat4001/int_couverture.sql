with base as (
    select territoire_code, annee, motif_code, motif from {{ ref('int_couverture_base') }}
),

proches as ({{ couverture_des_sommes('base', "('departement', 'arrondissement', 'groupement')") }}),

lointains as ({{ couverture_des_sommes('proches', "('region', 'france')") }}),

-- An arrondissement or a group that had a service, and has none in the year: nobody counts there, which is no 0.
desertes as (
    select c.territoire_code, a.annee
    from (
        select distinct territoire_code from {{ ref('int_composition') }}
        where territoire_code like 'SRV-%' or (territoire_code like 'ARR-%' and territoire_code not like 'ARR-%-NR')
    ) as c
    cross join (select distinct annee from {{ ref('int_annees') }}) as a
    left join {{ ref('int_composition_annees') }} as n on n.territoire_code = c.territoire_code and n.annee = a.annee
    where n.territoire_code is null
)

select * from base
union all
select * from proches
union all
select * from lointains
union all
select territoire_code, annee, 'sans_service',
    'services.csv ne rattache aucun service à ce territoire en ' || annee::string
from desertes
