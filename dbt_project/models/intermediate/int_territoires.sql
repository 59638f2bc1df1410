-- The tree of territories: a code, its level, its official code and its parent.
select 'FRA' as territoire_code, 'france' as niveau, 'France entière (101 départements)' as libelle,
    cast(null as varchar) as code_officiel, cast(null as varchar) as parent_code,
    cast(null as varchar) as code_departement, cast(null as date) as valide_de, cast(null as date) as valide_a
union all
select 'FRM', 'france', 'France métropolitaine (96 départements)', null, 'FRA', null, null, null
union all
select 'REG-' || code_region, 'region', libelle, code_region, 'FRA', null, valide_de, valide_a
from {{ ref('regions') }}
union all
select 'DEP-' || code_departement, 'departement', libelle, code_departement,
    case when code_region is not null then 'REG-' || code_region end, code_departement, null, null
from {{ ref('departements') }}
union all
select territoire_code, 'zone_' || force, 'Zone ' || force || ', ' || libelle, null,
    'DEP-' || code_departement, code_departement, null, null
from {{ ref('int_zones') }}
union all
select 'ARR-' || code_arrondissement, 'arrondissement', 'Arrondissement de ' || libelle, code_arrondissement,
    'DEP-' || code_departement, code_departement, valide_de, valide_a
from {{ ref('arrondissements') }}
union all
select territoire_code, 'service', libelle, service, zone_code, code_departement, valide_de, valide_a
from {{ ref('services') }}
union all
select distinct groupement_code, 'groupement', 'Groupement de gendarmerie départementale (GGD ' || code_departement || ')',
    cast(null as varchar), 'DEP-' || code_departement, code_departement, cast(null as date), cast(null as date)
from {{ ref('int_groupements') }}
