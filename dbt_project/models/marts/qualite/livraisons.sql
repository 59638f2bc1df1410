select livraison_id, nom, sha256, taille_octets, recu_le, nature, statut, motif
from {{ source('raw', 'livraisons') }}
