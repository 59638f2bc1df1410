-- What a territory is the sum of, and when (without dates: always). Régions and France are sums of départements, a
-- département of its two force zones, an arrondissement of its services, a gendarmerie group of every unit it has, its
-- road-safety squadron included; a zone is read from the deliveries, whose services are not all listed.
with toujours as (
    select 'DEP-' || code_departement as territoire_code, territoire_code as composante_code
    from {{ ref('int_zones') }}
    where dans_le_classeur
    union all
    select 'REG-' || code_region, 'DEP-' || code_departement
    from {{ ref('departements') }} where code_region is not null
    union all
    select 'FRM', 'DEP-' || code_departement from {{ ref('departements') }} where perimetre = 'metropole'
    union all
    select 'FRA', 'DEP-' || code_departement from {{ ref('departements') }} where perimetre in ('metropole', 'drom')
)

select territoire_code, composante_code, cast(null as date) as valide_de, cast(null as date) as valide_a
from toujours
union all
select territoire_code, composante_code, valide_de, valide_a
from {{ ref('int_groupes_services') }}
where territoire_code like 'SRV-%' or territoire_code like 'ARR-%-NR' or (territoire_code like 'ARR-%' and attendu_etat4001)
