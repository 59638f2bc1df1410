select livraison_id, feuille, ligne, colonne, code_commune, recensement::integer as recensement, population::bigint as population
from {{ retenues('insee', 'populations') }} as r
