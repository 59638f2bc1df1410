-- Every territory that lies in another, near or far, and when (without dates: always). A service or a post lies in its
-- arrondissement by dates; the rest is as it is today.
with communes as (
    select t.territoire_code, t.parent_code, t.epci_code, t.code_departement, z.code_commune is not null as zone_police,
        d.code_departement is not null as zones_connues
    from {{ ref('int_territoires') }} as t
    left join {{ ref('zones_police') }} as z on z.code_commune = t.code_officiel
    left join (select distinct code_departement from {{ ref('zones_police') }}) as d
        on d.code_departement = t.code_departement
    where t.niveau = 'commune' and t.code_officiel is not null
),

un_pas as (
    select territoire_code, parent_code as contenant_code from {{ ref('int_territoires') }} where parent_code is not null
    union
    select territoire_code, 'DEP-' || code_departement
    from {{ ref('int_territoires') }}
    where code_departement is not null and niveau <> 'departement'
    union
    select composante_code, territoire_code from {{ ref('int_composition') }} where valide_de is null
    union
    select composante_code, territoire_code from {{ ref('int_groupes_services') }} where territoire_code like 'SRV-%'
    union
    select territoire_code, epci_code from communes where epci_code is not null
    union
    select territoire_code, case when zone_police then 'ZPN-' else 'ZGN-' end || code_departement
    from communes
    where zones_connues
    union
    -- An EPCI whose communes are all of one arrondissement lies in it.
    select epci_code, min(parent_code)
    from communes
    where epci_code is not null
    group by epci_code
    having min(parent_code) = max(parent_code) and min(parent_code) like 'ARR-%'
    union
    select territoire_code, contenant_code from {{ ref('lieux_inclusions') }}
),

{{ fermeture('territoire_code', 'contenant_code') }}

select territoire_code, contenant_code, cast(null as date) as valide_de, cast(null as date) as valide_a
from quatre_pas
where territoire_code <> contenant_code
union all
select distinct composante_code, territoire_code, valide_de, valide_a
from {{ ref('int_groupes_services') }}
where territoire_code like 'ARR-%'
union all
select territoire_code, 'ARR-' || code_arrondissement, valide_de, valide_a
from {{ ref('postes_iscg') }}
where code_arrondissement is not null
