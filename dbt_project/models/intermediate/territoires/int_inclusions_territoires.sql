-- Every territory that lies in another, near or far.
with un_pas as (
    select territoire_code, parent_code as contenant_code from {{ ref('int_territoires') }} where parent_code is not null
    union
    select composante_code, territoire_code from {{ ref('int_composition') }}
),

{{ fermeture('territoire_code', 'contenant_code') }}

select territoire_code, contenant_code from quatre_pas
