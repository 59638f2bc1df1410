select livraison_id, feuille, ligne, colonne, annee::integer as annee, mois::integer as mois, code_departement, mesure, force, valeur::bigint as valeur
from {{ retours('road_barometer', 'mesures') }} as r
