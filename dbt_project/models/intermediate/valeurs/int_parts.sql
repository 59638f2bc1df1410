-- A share is made anew at each period from what it is the share of (parts.csv), of one source and one breakdown; shares
-- are never added. Its perimeter is that of its terms, which the source and the level decide.
with termes as (
    select
        p.indicateur_code,
        n.territoire_code,
        n.periode_type,
        n.periode,
        n.periode_debut,
        n.ventilation_type,
        n.ventilation_code,
        n.source,
        n.valeur as numerateur,
        d.valeur as denominateur,
        case
            when n.valeur is null then coalesce(n.motif_code, 'periode_incomplete')
            when d.valeur is null then coalesce(d.motif_code, 'periode_incomplete')
            when d.valeur = 0 then 'denominateur_nul'
            when n.valeur > d.valeur then 'part_impossible'
        end as motif_code,
        case
            when n.valeur is null then coalesce(n.motif, 'Il manque le numérateur de la part')
            when d.valeur is null then coalesce(d.motif, 'Il manque le dénominateur de la part')
            when d.valeur = 0 then 'Le dénominateur de la part vaut 0 dans la période'
            when n.valeur > d.valeur
                then 'Le numérateur dépasse le dénominateur dans la période : il compte des faits antérieurs à cette période'
        end as motif,
        case when n.statut = 'P' or d.statut = 'P' then 'P' when n.statut = 'E' or d.statut = 'E' then 'E' else 'A' end as statut,
        case when n.livraisons = d.livraisons then n.livraisons else n.livraisons || ',' || d.livraisons end as livraisons
    from {{ ref('parts') }} as p
    inner join {{ ref('int_comptes') }} as n on n.indicateur_code = p.numerateur_code
    inner join {{ ref('int_comptes') }} as d
        on d.indicateur_code = p.denominateur_code
        and d.territoire_code = n.territoire_code
        and d.periode_type = n.periode_type
        and d.periode = n.periode
        and d.ventilation_type = n.ventilation_type
        and d.ventilation_code = n.ventilation_code
        and d.source = n.source
)

select
    indicateur_code,
    territoire_code,
    periode_type,
    periode,
    periode_debut,
    ventilation_type,
    ventilation_code,
    source,
    case when motif_code is null then round(100.0 * numerateur / nullif(denominateur, 0), 2) end::decimal(18, 2) as valeur,
    case when motif_code is null then statut else 'M' end as statut,
    motif_code,
    motif,
    livraisons
from termes
