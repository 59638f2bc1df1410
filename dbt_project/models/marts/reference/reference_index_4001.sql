select code_index, libelle, unite_compte, utilise, note from {{ ref('index_4001') }}
