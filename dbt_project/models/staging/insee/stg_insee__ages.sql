-- An arrondissement municipal is in its commune as well.
select livraison_id, feuille, ligne, colonne, code_commune, recensement, sexe, age::integer as age,
    population::decimal(18, 2) as population
from {{ par_recensement('populations_ages') }} as r
where niveau = 'COM'
