-- Every territory that lies in another, near or far: one step, then two at most of those, then two of those.
with un_pas as (
    select territoire_code, parent_code as contenant_code from {{ ref('int_territoires') }} where parent_code is not null
    union
    select composante_code, territoire_code from {{ ref('int_composition') }}
),

deux_pas as (
    select territoire_code, contenant_code from un_pas
    union
    select a.territoire_code, b.contenant_code
    from un_pas as a
    inner join un_pas as b on b.territoire_code = a.contenant_code
)

select territoire_code, contenant_code from deux_pas
union
select a.territoire_code, b.contenant_code
from deux_pas as a
inner join deux_pas as b on b.territoire_code = a.contenant_code
