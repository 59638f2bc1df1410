-- The force zones of each département. One that the workbook by service does not hold is a zone all the same: it is missing
-- there, and another source may give it.
select 'ZPN-' || code_departement as territoire_code, code_departement, libelle, 'police' as force, perimetre,
    true as dans_le_classeur
from {{ ref('departements') }} where zone_police
union all
select 'ZGN-' || code_departement, code_departement, libelle, 'gendarmerie', perimetre, true
from {{ ref('departements') }} where zone_gendarmerie
union all
select 'ZGN-' || code_departement, code_departement, libelle, 'gendarmerie', perimetre, false
from {{ ref('departements') }} where zone_hors_classeur = 'gendarmerie'
