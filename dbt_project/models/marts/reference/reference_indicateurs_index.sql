select indicateur_code, code_index from {{ ref('indicateurs_index') }}
