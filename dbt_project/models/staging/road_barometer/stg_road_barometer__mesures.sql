select livraison_id, feuille, ligne, colonne, annee::integer as annee, mois::integer as mois, code_departement, mesure, force, valeur::bigint as valeur
from {{ retenues('road_barometer', 'mesures') }} as r
