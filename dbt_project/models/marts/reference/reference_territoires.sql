select territoire_code, niveau, libelle, code_officiel, parent_code, epci_code, code_departement, valide_de, valide_a
from {{ ref('int_territoires') }}
