select indicateur_code, raison from {{ ref('indicateurs_tete') }}
