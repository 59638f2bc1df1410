{{ config(materialized='view') }}
-- The populations are written in one geography: a commune is where it last was.
with dernieres as (
    select * from {{ ref('int_communes') }}
    qualify row_number() over (partition by code_commune order by case when annee = 9999 then 0 else annee end desc) = 1
)

select code_commune, territoire_code from dernieres
union all
select code_commune, arrondissement_code from dernieres where arrondissement_code is not null
union all
select code_commune, epci_code from dernieres where epci_code is not null
union all
select d.code_commune, case when d.zone_police then 'ZPN-' else 'ZGN-' end || ici.code_departement
from dernieres as d
cross join {{ source('raw', 'instance') }} as ici
where exists (select 1 from {{ ref('zones_police') }} as z where z.code_departement = ici.code_departement)
