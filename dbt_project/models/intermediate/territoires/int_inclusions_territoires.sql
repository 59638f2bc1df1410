-- Every territory that lies in another, near or far, and when (without dates: always). A service or a post lies in its
-- arrondissement by dates, and always in what contains all the arrondissements it may be in.
with un_pas as (
    select territoire_code, parent_code as contenant_code from {{ ref('int_territoires') }} where parent_code is not null
    union
    select composante_code, territoire_code from {{ ref('int_composition') }} where valide_de is null
    union
    select composante_code, territoire_code from {{ ref('int_groupes_services') }} where territoire_code like 'SRV-%'
),

{{ fermeture('territoire_code', 'contenant_code') }}

select territoire_code, contenant_code, cast(null as date) as valide_de, cast(null as date) as valide_a from quatre_pas
union all
select distinct composante_code, territoire_code, valide_de, valide_a
from {{ ref('int_groupes_services') }}
where territoire_code like 'ARR-%'
