select code_departement, libelle
from {{ retenues('insee', 'departements') }} as r
