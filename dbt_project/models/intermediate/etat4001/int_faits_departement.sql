-- A sum with an empty cell in it is not a sum: it stays NULL, and n_vides says why.
select
    annee,
    code_departement,
    force,
    code_index,
    min(livraison_id) as livraison_id,
    count(*) as n_cellules,
    count(*) - count(faits) as n_vides,
    case when count(*) = count(faits) then sum(faits)::bigint end as faits
from {{ ref('int_faits_4001') }}
group by all
