select livraison_id, code_commune, libelle, code_departement, code_arrondissement
from {{ retenues('insee', 'communes') }} as r
where type_commune = 'COM'
