-- What a territory is the sum of. Régions and France are sums of départements, a département of its two force
-- zones, an arrondissement of its services, a gendarmerie group of every unit it has, its road-safety squadron
-- included; a zone is read from the deliveries, whose services are not all listed.
select 'DEP-' || code_departement as territoire_code, territoire_code as composante_code
from {{ ref('int_zones') }}
union all
select 'REG-' || code_region, 'DEP-' || code_departement
from {{ ref('departements') }} where code_region is not null
union all
select 'FRM', 'DEP-' || code_departement from {{ ref('departements') }} where perimetre = 'metropole'
union all
select 'FRA', 'DEP-' || code_departement from {{ ref('departements') }} where perimetre in ('metropole', 'drom')
union all
select 'ARR-' || code_arrondissement, territoire_code
from {{ ref('services') }} where code_arrondissement is not null and attendu_etat4001
union all
-- A unit of no arrondissement counts in the département, and apart at the level of the arrondissements.
select 'ARR-' || code_departement || '-NR', territoire_code
from {{ ref('services') }} where code_arrondissement is null
union all
select groupement_code, territoire_code from {{ ref('int_groupements') }} where territoire_code is not null
