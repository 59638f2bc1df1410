with base as (
    select territoire_code, force from {{ ref('int_zones') }}
    union all
    select distinct territoire_code, force from {{ ref('services') }}
),

proches as (
    select distinct c.territoire_code, b.force
    from {{ ref('int_composition') }} as c
    inner join base as b on b.territoire_code = c.composante_code
)

select * from base
union all
select * from proches
union all
select distinct c.territoire_code, b.force
from {{ ref('int_composition') }} as c
inner join proches as b on b.territoire_code = c.composante_code
