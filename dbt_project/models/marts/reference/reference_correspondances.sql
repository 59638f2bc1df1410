-- What counts the same thing elsewhere, or nearly: a pair that both ends are told of is two rows.
with couples as (
    select 'national' as cadre, 'departement' as cadre_inverse, indicateur_code, national_code as autre_code, correspondance, difference
    from {{ ref('correspondances_nationales') }}
    union all
    select 'plan_suivant', 'plan_precedent', indicateur_avant, indicateur_apres, nature, note
    from {{ du_plan('correspondances_indicateurs') }}
),

liens as (
    select cadre, indicateur_code, autre_code, correspondance, difference from couples
    union all
    select cadre_inverse, autre_code, indicateur_code, correspondance, difference from couples
)

select l.indicateur_code, l.cadre, l.autre_code, a.libelle as autre_libelle, a.unite as autre_unite, l.correspondance, l.difference
from liens as l
inner join {{ ref('reference_indicateurs') }} as i on i.indicateur_code = l.indicateur_code
inner join {{ ref('reference_indicateurs') }} as a on a.indicateur_code = l.autre_code
union all
select m.indicateur_code, 'socle_commun', m.mesure_code, m.libelle, m.unite, m.correspondance, m.difference
from {{ ref('socle_commun_mesures') }} as m
inner join {{ ref('reference_indicateurs') }} as i on i.indicateur_code = m.indicateur_code
