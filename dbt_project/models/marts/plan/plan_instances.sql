with tenues as (
    select instance_code, min(periode) as premiere_periode, max(periode) as derniere_periode, count(*) as n_trimestres,
        sum(reunions) as reunions, max(derniere_date) as derniere_reunion
    from {{ ref('plan_reunions') }}
    where reunions is not null
    group by all
)

select
    i.instance_code,
    i.rattachee_a,
    i.nature,
    i.libelle,
    i.lieu_code as territoire_code,
    i.creation,
    i.texte_fondateur,
    i.rythme_imprime,
    i.reunions_par_an,
    i.action_code,
    i.indicateur_code,
    t.premiere_periode,
    t.derniere_periode,
    t.n_trimestres::integer as n_trimestres,
    t.reunions::integer as reunions,
    t.derniere_reunion,
    i.section,
    i.origine,
    i.note,
    i.valide_de,
    i.valide_a
from {{ du_plan('instances') }} as i
left join tenues as t on t.instance_code = i.instance_code
