-- What each file says of a commune at a census, side by side. A file without a year, in it or in its name, says nothing
-- that can be dated.
select livraison_id, feuille, ligne, colonne, 'classeur' as origine, code_commune, recensement::integer as recensement,
    population::bigint as population
from {{ retenues('insee', 'populations') }} as r
union all
select livraison_id, feuille, ligne, colonne, 'ensemble',
    {{ code_de_commune('code_departement', "lpad(numero_commune, 3, '0')") }}, recensement, population::bigint
from {{ par_recensement('populations_communes') }} as r
union all
select livraison_id, feuille, ligne, colonne, 'reference', code, recensement::integer, round(population::double)::bigint
from {{ retenues('insee', 'populations_reference') }} as r
where objet = 'COM' and mesure = 'PMUN'
