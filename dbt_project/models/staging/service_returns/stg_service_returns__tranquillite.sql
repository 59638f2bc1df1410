select livraison_id, feuille, ligne, colonne, annee::integer as annee, mois::integer as mois, code_departement, force, service, nature, faits::bigint as faits
from {{ retours('service_returns', 'tranquillite') }} as r
