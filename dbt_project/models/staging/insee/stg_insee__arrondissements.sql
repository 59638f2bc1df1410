select code_arrondissement, code_departement, libelle
from {{ retenues('insee', 'arrondissements') }} as r
