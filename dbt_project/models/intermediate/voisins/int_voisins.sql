-- The départements that are the most like the instance's own: least Euclidean distance over the criteria, each with its
-- weight; of two at one distance, the first by code. Rank 0 is the département itself.
with distances as (
    select b.code_departement, sqrt(sum(b.poids * (b.ecart_reduit - a.ecart_reduit) * (b.ecart_reduit - a.ecart_reduit)))::decimal(9, 4)
        as distance,
        max(case when b.code_departement = ici.code_departement then 1 end) as soi
    from {{ ref('int_criteres_reduits') }} as a
    inner join {{ source('raw', 'instance') }} as ici on ici.code_departement = a.code_departement
    inner join {{ ref('int_criteres_reduits') }} as b on b.critere = a.critere
    group by b.code_departement
),

classees as (
    select code_departement, distance,
        row_number() over (order by case when soi = 1 then 0 else 1 end, distance, code_departement) - 1 as rang
    from distances
)

select 'DEP-' || c.code_departement as territoire_code, c.code_departement, c.rang::integer as rang, c.distance
from classees as c
inner join {{ ref('voisinage') }} as r on c.rang <= r.n_voisins
