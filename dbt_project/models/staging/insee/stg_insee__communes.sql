-- Every vintage of the code officiel géographique that was received, the one in use marked; the communes of the
-- collectivités come in a file of their own.
select livraison_id, edition_tranche as edition, retenue, type_commune, code_commune, libelle, code_departement,
    code_arrondissement, commune_parente
from {{ acceptees('insee', 'communes') }} as r
union all
select livraison_id, edition_tranche, retenue, 'COM', code_commune, libelle, code_departement, cast(null as string),
    cast(null as string)
from {{ acceptees('insee', 'communes_outremer') }} as r
