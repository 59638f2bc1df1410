-- A share is made anew at each period from what it is the share of; shares are never added.
with comptes as (
    select * from {{ ref('int_observations') }} where indicateur_code in ('MINEURS_MEC', 'MIS_EN_CAUSE')
    union all
    select * from {{ ref('int_cumuls') }} where indicateur_code in ('MINEURS_MEC', 'MIS_EN_CAUSE')
)

select
    'MINEURS_MEC_PART' as indicateur_code,
    m.territoire_code,
    m.periode_type,
    m.periode,
    m.periode_debut,
    m.ventilation_type,
    m.ventilation_code,
    m.source,
    round(100.0 * m.valeur / nullif(t.valeur, 0), 2)::decimal(18, 2) as valeur,
    case when m.valeur is null or t.valeur is null or t.valeur = 0 then 'M' else 'A' end as statut,
    case when m.valeur is null or t.valeur is null then coalesce(m.motif_code, t.motif_code, 'periode_incomplete')
        when t.valeur = 0 then 'reference_nulle' end as motif_code,
    case when m.valeur is null or t.valeur is null then coalesce(m.motif, t.motif, 'Il manque un terme du rapport')
        when t.valeur = 0 then 'Aucun mis en cause dans la période' end as motif,
    m.livraisons
from comptes as m
inner join comptes as t
    on t.indicateur_code = 'MIS_EN_CAUSE'
    and t.territoire_code = m.territoire_code
    and t.periode_type = m.periode_type
    and t.periode = m.periode
    and t.source = m.source
where m.indicateur_code = 'MINEURS_MEC'
