select livraison_id, feuille, ligne, colonne, annee::integer as annee, mois::integer as mois, code_departement, poste, mesure, ventilation, modalite, valeur::decimal(18, 2) as valeur
from {{ retours('iscg', 'activite') }} as r
