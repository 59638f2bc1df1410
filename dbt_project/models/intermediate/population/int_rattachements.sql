{{ config(materialized='view') }}
-- The populations are told in today's geography.
select code_commune, territoire_code from {{ ref('int_communes') }}
union all
select code_commune, arrondissement_code from {{ ref('int_communes') }} where arrondissement_code is not null
union all
select code_commune, epci_code from {{ ref('int_communes') }} where epci_code is not null
union all
select d.code_commune, case when d.zone_police then 'ZPN-' else 'ZGN-' end || ici.code_departement
from {{ ref('int_communes') }} as d
cross join {{ source('raw', 'instance') }} as ici
where exists (select 1 from {{ ref('zones_police') }} as z where z.code_departement = ici.code_departement)
