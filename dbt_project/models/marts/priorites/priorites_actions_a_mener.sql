-- One row a quarter that the pilots owe, for each action à mener in force.
select
    f.priorite_code,
    m.action_code,
    f.libelle as action,
    m.action_a_mener_code,
    m.texte as action_a_mener,
    m.echeance,
    m.echeance_imprimee,
    c.periode,
    c.periode_debut,
    c.periode_fin,
    cast(null as varchar) as etat,
    cast(null as date) as etat_date,
    'M' as statut,
    'non_recu' as motif_code,
    c.source || ' ' || c.periode || ' : livraison attendue pour le ' || {{ date_fr('c.echeance') }}
        || ', non reçue' as motif,
    p.pilotes as doit,
    c.statistique as source,
    cast(null as varchar) as lot_livraisons
from {{ du_plan('actions_a_mener') }} as m
inner join {{ source('raw', 'calendrier') }} as c
    on c.statistique = 'suivi_actions'
    and m.valide_de <= c.periode_fin
    and (m.valide_a is null or m.valide_a >= c.periode_fin)
inner join {{ du_plan('actions') }} as f
    on f.action_code = m.action_code
    and f.valide_de <= c.periode_fin
    and (f.valide_a is null or f.valide_a >= c.periode_fin)
left join {{ ref('int_pilotes') }} as p on p.action_code = m.action_code
