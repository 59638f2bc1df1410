-- A key has no hole: what always lay there lies there since a date before every figure.
select
    i.territoire_code,
    i.contenant_code,
    coalesce(i.valide_de, date '1900-01-01') as valide_de,
    i.valide_a
from {{ ref('int_inclusions_territoires') }} as i
inner join {{ ref('int_territoires') }} as t on t.territoire_code = i.territoire_code
inner join {{ ref('int_territoires') }} as c on c.territoire_code = i.contenant_code
inner join {{ source('raw', 'instance') }} as ici on ici.code_departement = t.code_departement
