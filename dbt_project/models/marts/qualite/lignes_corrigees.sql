select c.source, c.table_nom, c.tranche, c.livraison_id, c.feuille, c.ligne, c.corrigee_par, c.corrigee_feuille,
    c.corrigee_ligne, c.change
from {{ source('raw', 'corrigees') }} as c
