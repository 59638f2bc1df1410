select priorite_code, rang, libelle, libelle_court, nom_table, valide_de, valide_a from {{ du_plan('priorites') }} as p
