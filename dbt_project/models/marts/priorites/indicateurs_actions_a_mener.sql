-- One row a quarter that the pilots owe, for each action à mener in force.
with partenaires as (
    select action_code, {{ en_liste('texte', "' ; '", 'rang') }} as partenaires
    from {{ du_plan('fiches') }} as f
    where rubrique = 'partenaire'
    group by all
)

select
    f.priorite_code,
    e.action_code,
    f.libelle as action,
    e.action_a_mener_code,
    e.texte as action_a_mener,
    p.pilotes,
    t.partenaires,
    e.echeance,
    e.echeance_imprimee,
    e.echeance_decidee,
    e.echeance_retenue,
    e.retard,
    e.periode,
    e.periode_debut,
    e.periode_fin,
    e.etat,
    e.etat_date,
    e.statut,
    e.motif_code,
    e.motif,
    case when e.statut = 'M' then p.pilotes end as doit,
    e.source,
    e.lot_livraisons
from {{ ref('int_etats_actions') }} as e
inner join {{ du_plan('actions') }} as f
    on f.action_code = e.action_code
    and f.valide_de <= e.periode_fin
    and (f.valide_a is null or f.valide_a >= e.periode_fin)
left join {{ ref('int_pilotes') }} as p on p.action_code = e.action_code
left join partenaires as t on t.action_code = e.action_code
