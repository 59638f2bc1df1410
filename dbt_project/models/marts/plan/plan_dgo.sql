-- Where an engagement stands is told by the actions of the PDASR that serve it.
with actions as (
    select engagement_code, count(*) as n, count(case when etat = 'fait' then 1 end) as n_faites,
        count(case when etat = 'en_cours' then 1 end) as n_en_cours, count(case when etat = 'abandonne' then 1 end) as n_abandonnees,
        max(periode) as derniere_periode, sum(participants) as participants
    from {{ ref('plan_pdasr') }}
    where dernier_etat
    group by all
)

select
    e.engagement_code,
    e.dispositif_code,
    e.enjeu_code,
    e.enjeu,
    e.classes_imprimees,
    e.engagement,
    e.action_a_mener_code,
    e.indicateur_code,
    case when a.n is null then 0 else a.n end::integer as n_actions,
    case when a.n is null then 0 else a.n_faites end::integer as n_faites,
    case
        when a.n is null then 'aucune_action_declaree'
        when a.n_en_cours > 0 then 'en_cours'
        when a.n_faites > 0 then 'fait'
        when a.n_abandonnees = a.n then 'abandonne'
        else 'programme'
    end as etat,
    a.derniere_periode,
    a.participants::integer as participants,
    e.valide_de,
    e.valide_a
from {{ du_plan('dgo_engagements') }} as e
left join actions as a on a.engagement_code = e.engagement_code
