-- What each rule found beyond its threshold, one row a thing.
select regle_code, source, indicateur_code, territoire_code, periode, detail, observe, attendu, ecart, livraisons
from {{ ref('ecarts') }}
where ecart > seuil
