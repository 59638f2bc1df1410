select m.livraison_id, m.source, m.table_nom, m.tranche, m.periode, m.edition, m.rang, m.retenue, m.conflit, m.layout, m.feuille,
    m.lignes, m.cellules, m.vides
from {{ source('raw', 'manifeste') }} as m
