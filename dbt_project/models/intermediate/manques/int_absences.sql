-- What is owed and not in use, as runs of consecutive periods of one object, those that are excused apart.
with livrees as (
    select distinct c.source, m.table_nom, c.periode
    from {{ source('raw', 'calendrier') }} as c
    inner join {{ source('raw', 'manifeste') }} as m
        on m.source = c.source and m.retenue and (m.periode = c.periode or (m.periode = '' and c.periode <= m.edition))
),

-- Two came and contradict each other: nobody owes a delivery, somebody owes a choice.
contraires as (
    select distinct c.source, m.table_nom, c.periode
    from {{ source('raw', 'calendrier') }} as c
    inner join {{ source('raw', 'manifeste') }} as m
        on m.source = c.source and m.indecise and (m.periode = c.periode or (m.periode = '' and c.periode <= m.edition))
),

excusees as (
    select distinct d.source, d.table_nom, d.objet_type, d.objet_code, d.debiteur_code, d.periode
    from {{ ref('int_dus') }} as d
    inner join {{ ref('int_periodes_excusees') }} as x
        on x.source = d.source and x.periode = d.periode and {{ excuse_concerne('x', 'd') }}
),

-- The same of a service, a post or a sheet, whose two first files say different things.
contestes as (
    select m.source, m.table_nom, m.periode, s.territoire_code as element_code
    from {{ source('raw', 'manifeste') }} as m
    inner join {{ ref('services') }} as s
        on m.tranche = s.code_departement || '|' || s.force || '|' || s.service || '|' || replace(m.periode, '-', '|')
    where m.indecise and m.source = 'service_returns'
    union
    select source, table_nom, periode, split_part(tranche, '|', 1)
    from {{ source('raw', 'manifeste') }}
    where indecise and source = 'iscg'
    union
    select source, table_nom, periode, split_part(tranche, '|', 2)
    from {{ source('raw', 'manifeste') }}
    where indecise and source = 'action_followup'
),

etats as (
    select
        d.source, d.table_nom, d.table_libelle, d.statistique, d.objet_type, d.objet_code, d.objet, d.action_code,
        d.territoire_code, d.debiteur_code, d.debiteur, d.periode_type, d.periode, d.periode_debut, d.periode_fin,
        d.echeance,
        -- A delivery that came without the département: what is missing is no longer the delivery.
        case when x.periode is not null and d.objet_type = 'table' then 'choix_a_faire'
            when k.periode is not null then 'choix_a_faire'
            when l.periode is not null and d.absence in ('livraison', 'mois_non_livre') and d.objet_type = 'table'
            then 'territoire_absent' else d.absence end as absence,
        e.periode is not null as excusee,
        count(*) > count(r.element_code) as manque
    from {{ ref('int_dus') }} as d
    left join {{ ref('int_recus') }} as r
        on r.source = d.source and r.table_nom = d.table_nom and r.element_code = d.element_code and r.periode = d.periode
    left join contraires as x on x.source = d.source and x.table_nom = d.table_nom and x.periode = d.periode
    left join contestes as k
        on k.source = d.source and k.table_nom = d.table_nom and k.periode = d.periode and k.element_code = d.element_code
    left join livrees as l on l.source = d.source and l.table_nom = d.table_nom and l.periode = d.periode
    left join excusees as e
        on e.source = d.source and e.table_nom = d.table_nom and e.objet_type = d.objet_type
        and e.objet_code = d.objet_code and e.debiteur_code = d.debiteur_code and e.periode = d.periode
    group by all
),

rangs as (
    select
        *,
        row_number() over (partition by source, table_nom, objet_type, objet_code, debiteur_code order by periode_debut) as rang,
        row_number() over (
            partition by source, table_nom, objet_type, objet_code, debiteur_code, manque, absence, excusee
            order by periode_debut
        ) as rang_pareil,
        max(periode) over (partition by source, table_nom, objet_type, objet_code, debiteur_code) as derniere_due
    from etats
)

select
    source, table_nom, max(table_libelle) as table_libelle, max(statistique) as statistique, absence, objet_type,
    objet_code, max(objet) as objet, max(action_code) as action_code, territoire_code, debiteur_code,
    max(debiteur) as debiteur, periode_type,
    min(periode) as depuis, max(periode) as jusqu_a, min(periode_debut) as periode_debut, max(periode_fin) as periode_fin,
    count(*) as n_periodes, min(echeance) as echeance, max(periode) = max(derniere_due) as en_cours
from rangs
where manque
group by source, table_nom, absence, objet_type, objet_code, territoire_code, debiteur_code, periode_type, excusee,
    rang - rang_pareil
