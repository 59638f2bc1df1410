select livraison_id, edition_tranche as edition, code_commune, libelle, code_departement, code_epci, code_arrondissement
from {{ retenues('insee', 'appartenance') }} as r
