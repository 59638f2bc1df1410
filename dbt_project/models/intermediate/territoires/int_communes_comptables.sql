-- When today's commune was not what its code says now: it was not there yet (cut out of another, which was counted with
-- it), or it was larger, or a part of it was counted in another département or shared with others.
with mouvements as (
    select code_avant, code_apres, date_effet, modification
    from {{ ref('stg_insee__mouvements') }}
    where type_avant = 'COM' and type_apres = 'COM' and modification <> '10'
),

-- A territory that passed from one commune to another without the whole of the first: a commune is created (20) or
-- re-established (21), or one that is suppressed is shared.
parts as (
    select distinct m.code_avant, m.code_apres, m.date_effet,
        m.modification in ('20', '21') and x.code_avant is null as naissance
    from mouvements as m
    left join {{ ref('int_fins_communes') }} as f
        on f.code_commune = m.code_avant and f.date_effet = m.date_effet and f.suite = m.code_apres
    left join mouvements as x on x.code_avant = m.code_apres and x.date_effet = m.date_effet
    where m.code_apres <> m.code_avant and f.code_commune is null
),

-- Before it was cut out it may have been a commune of its own, until the last end that its code had.
naissances as (
    select p.code_apres as code_commune, p.date_effet, max(f.date_effet) as depuis
    from parts as p
    left join {{ ref('int_fins_communes') }} as f on f.code_commune = p.code_apres and f.date_effet < p.date_effet
    where p.naissance
    group by all
),

ailleurs as (
    select p.code_actuel as code_commune, max(f.date_effet) as date_effet
    from {{ ref('int_fins_communes') }} as f
    inner join {{ ref('int_passages_communes') }} as p
        on p.code_commune = f.code_commune and p.valide_a = f.date_effet - 1
    where {{ departement_du_code('f.code_commune') }} <> p.departement_actuel
    group by all
)

select code_commune, 'absente' as cause, case when depuis is null then make_date(1900, 1, 1) else depuis end as du,
    date_effet - 1 as au
from naissances
union all
select code_avant, 'plus_grande', make_date(1900, 1, 1), date_effet - 1 from parts
union all
select code_apres, 'partagee', make_date(1900, 1, 1), date_effet - 1 from parts where not naissance
union all
select code_commune, 'ailleurs', make_date(1900, 1, 1), date_effet - 1 from ailleurs
