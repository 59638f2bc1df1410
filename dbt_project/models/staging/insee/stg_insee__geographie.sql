select livraison_id, annee::integer as annee, code_commune, libelle, code_departement, code_arrondissement, libelle_arrondissement,
    code_epci, libelle_epci
from {{ retenues('insee', 'geographie') }} as r
