select livraison_id, rang, code, feuille, ligne, colonne, constat, attendu, remede
from {{ source('raw', 'refus') }}
