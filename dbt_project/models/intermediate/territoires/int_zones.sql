select 'ZPN-' || code_departement as territoire_code, code_departement, libelle, 'police' as force, perimetre
from {{ ref('departements') }} where zone_police
union all
select 'ZGN-' || code_departement, code_departement, libelle, 'gendarmerie', perimetre
from {{ ref('departements') }} where zone_gendarmerie
