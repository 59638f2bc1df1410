-- The last edition of each commune of the département; without a delivery, none: the maps have their own.
select
    'COM-' || c.code_commune as territoire_code,
    c.contour,
    coalesce(c.attribution, 'Contours des communes déposés par la préfecture, sans mention de leur auteur') as origine,
    c.livraison_id
from {{ ref('stg_geographie__contours') }} as c
inner join {{ source('raw', 'instance') }} as ici on c.code_commune like ici.code_departement || '%'
qualify row_number() over (partition by c.code_commune order by c.edition desc) = 1
