select livraison_id, edition_tranche as edition, code_commune, contour, attribution
from {{ retenues('geographie', 'contours') }} as r
