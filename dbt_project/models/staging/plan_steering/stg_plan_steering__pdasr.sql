select livraison_id, annee::integer as annee, trimestre::integer as trimestre, code_departement, engagement_code, reference,
    organisme, etat, participants::integer as participants, cout_eur::decimal(18, 2) as cout_eur
from {{ retours('plan_steering', 'pdasr') }} as r
