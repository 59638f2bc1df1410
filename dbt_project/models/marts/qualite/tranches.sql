select m.livraison_id, m.source, m.table_nom, m.tranche, m.periode, m.edition, m.millesime, m.publie_le, m.geographie, m.rang,
    m.retenue, m.precedente, m.proposee, m.lecture, m.conflit, m.indecise, m.layout, m.feuille,
    m.lignes, m.cellules, m.vides
from {{ source('raw', 'manifeste') }} as m
