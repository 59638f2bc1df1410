select livraison_id, annee::integer as annee, trimestre::integer as trimestre, code_departement, action_a_mener_code, etat,
    etat_date::date as etat_date, echeance_decidee::date as echeance_decidee
from {{ retours('action_followup', 'actions') }} as r
