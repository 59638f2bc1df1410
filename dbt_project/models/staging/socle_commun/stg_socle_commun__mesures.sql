select livraison_id, annee::integer as annee, mois::integer as mois, code_departement, mesure_code,
    valeur::decimal(18, 2) as valeur, statut
from {{ retours('socle_commun', 'mesures') }} as r
