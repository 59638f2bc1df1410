-- The day on which a service joins or leaves an arrondissement, what is counted there is no longer counted by the same: the
-- periods on both sides do not compare.
with jours as (
    select territoire_code, valide_de as jour from {{ ref('int_groupes_services') }} where territoire_code like 'ARR-%'
    union
    select territoire_code, valide_a + 1
    from {{ ref('int_groupes_services') }}
    where territoire_code like 'ARR-%' and valide_a is not null
),

changements as (
    select j.territoire_code, j.jour, min(j.jour) over (partition by j.territoire_code) as premier
    from jours as j
)

select i.indicateur_code, c.territoire_code, c.jour
from changements as c
cross join {{ ref('indicateurs') }} as i
where c.jour > c.premier and i.statistique in ('etat4001_services', 'retours_services')
