-- Months make quarters, quarters and months make years, as the catalogue declares for each indicator (sum, last, mean).
-- A part that is missing makes the whole missing, with the reason of the first: never a partial sum.
with fines as (
    select * from {{ ref('int_observations') }} where periode_type in ('mois', 'trimestre')
    union all
    select * from {{ ref('int_grands_territoires') }}
),

vers as (
    select f.*, i.cumul, 'trimestre' as cible_type,
        make_date(year(f.periode_debut), (3 * quarter(f.periode_debut) - 2)::integer, 1) as cible_debut, 3 as n_attendues
    from fines as f
    inner join {{ ref('int_indicateurs') }} as i on i.indicateur_code = f.indicateur_code and i.cumul <> 'aucun'
    where f.periode_type = 'mois'
    union all
    select f.*, i.cumul, 'annee', make_date(year(f.periode_debut), 1, 1),
        case when f.periode_type = 'mois' then 12 else 4 end
    from fines as f
    inner join {{ ref('int_indicateurs') }} as i on i.indicateur_code = f.indicateur_code and i.cumul <> 'aucun'
),

ranges as (
    select *, row_number() over (
        partition by indicateur_code, territoire_code, source, ventilation_type, ventilation_code, cible_type, cible_debut
        order by periode_debut desc
    ) as rang
    from vers
)

select
    indicateur_code,
    territoire_code,
    cible_type as periode_type,
    case cible_type
        when 'annee' then year(cible_debut)::varchar
        else year(cible_debut)::varchar || '-T' || quarter(cible_debut)::varchar
    end as periode,
    cible_debut as periode_debut,
    ventilation_type,
    ventilation_code,
    source,
    case when count(valeur) = max(n_attendues) then {{ cumul_de('min(cumul)', 'valeur', 'rang') }} end::decimal(18, 2) as valeur,
    case
        when count(valeur) < max(n_attendues) then 'M'
        when max(case when statut = 'P' then 1 end) = 1 then 'P'
        else 'A'
    end as statut,
    case
        when count(valeur) = max(n_attendues) then null
        when min(motif_code) is not null then min(motif_code)
        else 'periode_incomplete'
    end as motif_code,
    case
        when count(valeur) = max(n_attendues) then null
        when min(motif) is not null then min(motif)
        else count(valeur)::varchar || ' période(s) reçue(s) sur ' || max(n_attendues)::varchar
    end as motif,
    {{ lot_de('livraisons') }} as livraisons
from ranges
group by indicateur_code, territoire_code, cible_type, cible_debut, ventilation_type, ventilation_code, source
