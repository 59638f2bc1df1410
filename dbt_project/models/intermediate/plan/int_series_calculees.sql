-- A printed series as the warehouse computes it, where the plan prints it; a sum with a part missing is missing, and so is
-- a sum of parts that do not cover the same. Beside the values in use stand those of a part of the territories, which is
-- all that some of them have: what is set in rank is taken there, of every département.
with imprimes as (
    select territoire_code from {{ ref('chiffres_imprimes') }}
    union
    select territoire_code from {{ ref('affirmations') }}
    union
    select autre_territoire_code from {{ ref('affirmations') }}
    union
    select territoire_lu from {{ ref('lectures_territoires') }}
),

rangees as (
    select distinct a.serie_code
    from {{ ref('affirmations') }} as a
    inner join {{ ref('relations') }} as r on r.relation = a.relation and r.compare = 'rang'
),

valeurs as ({{ suites(ref('int_valeurs')) }})

select
    r.serie_code,
    r.candidat,
    v.suite,
    v.territoire_code,
    v.periode_type,
    v.periode,
    v.periode_debut,
    case when count(v.valeur) = max(n.n_indicateurs) and min(v.perimetre) = max(v.perimetre) then sum(v.valeur)::decimal(18, 2)
    end as valeur,
    min(v.perimetre) as perimetre,
    min(v.source) as source,
    min(v.motif_code) as motif_code,
    min(v.motif) as motif,
    min(v.lot_livraisons) as lot_livraisons
from {{ ref('reponses') }} as r
inner join {{ ref('int_reponses') }} as n
    on n.serie_code = r.serie_code and n.perimetre = r.perimetre and n.candidat = r.candidat
inner join valeurs as v on v.indicateur_code = r.indicateur_code and v.ventilation_type = 'total'
inner join {{ ref('int_territoires') }} as t
    on t.territoire_code = v.territoire_code and r.perimetre = case when t.niveau = 'france' then 'france' else 'local' end
left join imprimes as i on i.territoire_code = v.territoire_code
left join rangees as g on g.serie_code = r.serie_code
where i.territoire_code is not null or (g.serie_code is not null and t.niveau = 'departement')
group by all
