-- Today's commune of every code that a file may carry, for the days on which the code had that meaning: itself if it is a
-- commune of the reference; the one it is a part of (delegated, associated, arrondissement municipal); the one that the
-- movements lead to. A code that leads nowhere, or to several, has none.
{% set pas = 6 %}
with reference as (
    select code_commune from {{ ref('int_communes_reference') }}
),

-- Parts of today's communes; then, for codes that today's file no longer has, parts of what they were in an older one.
parentes as (
    select code_commune, commune_parente, case when retenue then 9999 else try_cast(edition as integer) end as annee
    from {{ ref('stg_insee__communes') }}
    where type_commune <> 'COM' and commune_parente is not null
    qualify row_number() over (
        partition by code_commune order by case when retenue then 1 else 0 end desc, edition desc, commune_parente
    ) = 1
),

debuts as (
    select code_commune, make_date(1900, 1, 1) as debut from reference
    union
    select code_commune, make_date(1900, 1, 1) from parentes
    union
    select code_commune, make_date(1900, 1, 1) from {{ ref('int_fins_communes') }}
    union
    select code_commune, date_effet from {{ ref('int_fins_communes') }}
),

pas_0 as (
    select code_commune, debut,
        lead(debut) over (partition by code_commune order by debut) as suivant, code_commune as ou, debut as quand
    from debuts
),
{% for n in range(1, pas + 1) %}
-- One step: what is a commune today stays, a part goes to its whole, what ended goes where it went. A code used after its
-- end can only name what it was.
pas_{{ n }} as (
    select
        p.code_commune,
        p.debut,
        p.suivant,
        case
            when r.code_commune is not null then p.ou
            when a.annee = 9999 then a.commune_parente
            when f.code_commune is not null then f.suite
            when a.code_commune is not null then a.commune_parente
        end as ou,
        case when r.code_commune is null and f.code_commune is not null then f.date_effet else p.quand end as quand
    from pas_{{ n - 1 }} as p
    left join reference as r on r.code_commune = p.ou
    left join parentes as a on a.code_commune = p.ou
    left join {{ ref('int_fins_communes') }} as f
        on f.code_commune = p.ou{{ ' and f.date_effet >= p.quand' if n > 1 }}
    qualify row_number() over (
        partition by p.code_commune, p.debut
        order by
            case when {{ 'f.date_effet > p.quand' if n == 1 else 'f.date_effet >= p.quand' }} then 0 else 1 end,
            case when {{ 'f.date_effet > p.quand' if n == 1 else 'f.date_effet >= p.quand' }} then f.date_effet end,
            f.date_effet desc
    ) = 1
){{ ',' }}
{% endfor %}

arrivees as (
    select p.code_commune, p.debut, p.suivant, c.code_commune as code_actuel, c.code_departement as departement_actuel
    from pas_{{ pas }} as p
    left join {{ ref('int_communes_reference') }} as c on c.code_commune = p.ou
)

select
    code_commune,
    debut as valide_de,
    case when suivant is not null then suivant - 1 else make_date(9999, 12, 31) end as valide_a,
    code_actuel,
    departement_actuel
from arrivees
