select livraison_id, feuille, ligne, colonne, annee::integer as annee, trimestre::integer as trimestre, code_departement, indicateur_code,
    territoire_code, valeur::decimal(18, 2) as valeur, statut
from {{ retours('action_followup', 'indicateurs') }} as r
