select livraison_id, annee::integer as annee, trimestre::integer as trimestre, code_departement, action_code, fonds, dossier,
    cout_total_eur::decimal(18, 2) as cout_total_eur, accorde_eur::decimal(18, 2) as accorde_eur,
    paye_eur::decimal(18, 2) as paye_eur, appel, volet, beneficiaire, nature_beneficiaire, objet, reconduction,
    demande_eur::decimal(18, 2) as demande_eur, decision, decision_date::date as decision_date, evaluation
from {{ retours('action_followup', 'financements') }} as r
