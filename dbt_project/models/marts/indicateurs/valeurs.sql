{{ config(materialized='view') }}
select
    indicateur_code,
    territoire_code,
    periode_type,
    periode,
    ventilation_type,
    ventilation_code,
    source,
    periode_debut,
    periode_fin,
    valeur,
    unite,
    perimetre,
    statut,
    confidentialite,
    motif_code,
    motif,
    retenu,
    lot_livraisons
from {{ ref('int_valeurs') }}
