select perimetre, libelle, complet, reserve from {{ ref('perimetres') }}
