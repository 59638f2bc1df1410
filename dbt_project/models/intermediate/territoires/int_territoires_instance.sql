select t.*
from {{ ref('int_territoires') }} as t
cross join {{ source('raw', 'instance') }} as ici
left join {{ ref('departements') }} as d on d.code_departement = ici.code_departement
where t.code_departement = ici.code_departement or t.territoire_code in ('FRA', 'REG-' || d.code_region)
