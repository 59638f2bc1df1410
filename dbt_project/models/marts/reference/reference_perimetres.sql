select perimetre, libelle, complet, reserve, ailleurs from {{ ref('perimetres') }}
