select distinct lot_livraisons as lot, livraison_id
from {{ ref('int_lots_territoire') }}
