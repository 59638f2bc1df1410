-- The share of départements whose change is at most this one's, in the perimeter that most of them have.
with departements as (
    select a.*, p.complet
    from {{ ref('int_series_calculees') }} as a
    inner join {{ ref('int_composition') }} as c on c.composante_code = a.territoire_code and c.territoire_code = 'FRA'
    inner join {{ ref('perimetres') }} as p on p.perimetre = a.perimetre
    where a.candidat = 1 and a.periode_type = 'annee' and a.suite = case when p.complet then 'en_usage' else a.source end
),

evolutions as (
    select b.serie_code, b.territoire_code, a.periode as periode_reference, b.periode, b.perimetre, b.complet,
        b.valeur, a.valeur as valeur_reference,
        100.0 * (b.valeur - a.valeur) / nullif(a.valeur, 0) as evolution
    from departements as a
    inner join departements as b
        on b.serie_code = a.serie_code and b.territoire_code = a.territoire_code and b.perimetre = a.perimetre
        and b.source = a.source
    where a.valeur > 0 and b.valeur is not null
        and (b.serie_code, a.periode, b.periode) in (
            select d.serie_code, d.periode_reference, d.periode from {{ ref('int_affirmations_lues') }} as d
            where d.compare = 'rang'
        )
),

communs as (
    select serie_code, periode_reference, periode, perimetre
    from evolutions
    group by serie_code, periode_reference, periode, perimetre
    qualify row_number() over (
        partition by serie_code, periode_reference, periode
        order by count(*) desc, max(case when complet then 1 else 0 end) desc, perimetre
    ) = 1
)

select e.serie_code, e.territoire_code, e.periode_reference, e.periode, e.perimetre, e.valeur, e.valeur_reference, e.evolution,
    100.0 * cume_dist() over (partition by e.serie_code, e.periode_reference, e.periode order by e.evolution) as rang_pct
from evolutions as e
inner join communs as c
    on c.serie_code = e.serie_code and c.periode_reference = e.periode_reference and c.periode = e.periode
    and c.perimetre = e.perimetre
