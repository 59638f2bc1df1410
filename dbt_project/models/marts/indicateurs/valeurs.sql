select
    indicateur_code,
    territoire_code,
    'annee' as periode_type,
    annee::varchar as periode,
    'total' as ventilation_type,
    'total' as ventilation_code,
    source,
    make_date(annee, 1, 1) as periode_debut,
    make_date(annee, 12, 31) as periode_fin,
    valeur::decimal(18, 2) as valeur,
    unite,
    statut,
    'F' as confidentialite,
    motif_code,
    motif,
    true as retenu,
    lot_livraisons
from {{ ref('int_valeurs_4001') }}
