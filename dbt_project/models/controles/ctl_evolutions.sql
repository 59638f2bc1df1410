-- Nothing published compares the two sides of a break.
select 'RUPTURE_FRANCHIE' as regle_code, source, indicateur_code, territoire_code, periode,
    cast(null as string) as detail, n_franchies as observe, 0 as attendu, n_franchies::double as ecart, livraisons
from (
    select source, indicateur_code, territoire_code, periode, max(livraisons) as livraisons,
        count(case when rupture and (evolution_abs is not null or evolution_pct is not null) then 1 end) as n_franchies
    from {{ ref('int_comparaisons') }}
    where ventilation_type = 'total'
    group by source, indicateur_code, territoire_code, periode
) as comparees
