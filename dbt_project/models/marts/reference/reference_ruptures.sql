select rupture_code, index_de, index_a, force, date_debut, date_fin, libelle from {{ ref('ruptures') }}
