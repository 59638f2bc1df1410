select motif_code, libelle from {{ ref('motifs') }}
