select indicateur_code, territoire_code, periode_type, depuis, raison from {{ ref('lignes_de_base') }}
