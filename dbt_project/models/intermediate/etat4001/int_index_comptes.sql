-- The indexes whose facts an indicator counts: its own, those that a service's return counts for it, and those of the two
-- terms of a share. A break of an index reaches all of them.
with directs as (
    select indicateur_code, code_index from {{ ref('indicateurs_index') }}
    union
    select r.indicateur_code, i.code_index
    from {{ ref('retours') }} as r
    inner join {{ ref('indicateurs_index') }} as i on i.indicateur_code = r.liste_indicateur
    -- Suspects are counted as persons, whatever the unit of count of the facts.
    where r.mesure in ('faits_elucides', 'faits_vif')
)

select indicateur_code, code_index from directs
union
select p.indicateur_code, d.code_index
from {{ ref('parts') }} as p
inner join directs as d on d.indicateur_code in (p.numerateur_code, p.denominateur_code)
