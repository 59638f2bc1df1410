-- What a declared break touches: the whole of an indicator, or those of its indexes that the break names. A break has a
-- day, the first of the new way of counting, or lasts from one day to another: nothing inside it compares.
with touches as (
    select r.rupture_code, i.indicateur_code, i.code_index
    from {{ ref('ruptures') }} as r
    inner join {{ ref('int_index_comptes') }} as i on i.code_index between r.index_de and r.index_a
    union all
    select rupture_code, indicateur_code, cast(null as integer)
    from {{ ref('ruptures') }}
    where indicateur_code is not null
)

select
    t.rupture_code,
    t.indicateur_code,
    t.code_index,
    r.source,
    r.niveau,
    r.force,
    r.libelle,
    r.date_debut,
    r.date_fin,
    {{ comparable_depuis('r.date_debut', 'r.date_fin') }} as comparable_depuis
from touches as t
inner join {{ ref('ruptures') }} as r on r.rupture_code = t.rupture_code
