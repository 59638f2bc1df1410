-- What may stand behind a printed series: each definition that answers it, for each territory that its word may name.
-- The first is the plan's own word.
with imprimees as (
    select distinct
        serie_code, territoire_code, case when territoire_code in ('FRA', 'FRM') then 'france' else 'local' end as perimetre
    from {{ du_plan('chiffres_imprimes') }}
)

select
    c.serie_code,
    c.territoire_code,
    row_number() over (
        partition by c.serie_code, c.territoire_code
        order by case when l.rang is null then 1 else l.rang end, r.candidat
    )::integer as candidat,
    r.candidat as reponse,
    case when l.territoire_lu is null then c.territoire_code else l.territoire_lu end as territoire_lu,
    r.indicateurs,
    r.libelles,
    r.source,
    r.unite_taux,
    r.note
from imprimees as c
inner join {{ ref('int_reponses') }} as r on r.serie_code = c.serie_code and r.perimetre = c.perimetre
left join {{ ref('lectures_territoires') }} as l on l.territoire_code = c.territoire_code
