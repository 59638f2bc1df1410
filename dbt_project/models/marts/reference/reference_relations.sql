select relation_code, nature, ensemble_code, membre_code, note from {{ ref('relations_indicateurs') }}
