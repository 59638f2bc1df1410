{{ config(materialized='view') }}
-- Which services a zone, an arrondissement, the group or the département wait for, month by month.
select territoire_code as composante_code, zone_code as territoire_code from {{ ref('services') }}
union all
select territoire_code, 'DEP-' || code_departement from {{ ref('services') }}
union all
select territoire_code,
    'ARR-' || case when code_arrondissement is not null then code_arrondissement else code_departement || '-NR' end
from {{ ref('services') }}
union all
select territoire_code, groupement_code from {{ ref('int_groupements') }} where territoire_code is not null
