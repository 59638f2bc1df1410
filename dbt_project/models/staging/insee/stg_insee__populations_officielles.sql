-- The figures that the Insee gives for a département, a région or France.
select livraison_id, feuille, ligne, colonne, 'ensemble' as origine, 'DEP-' || code_departement as territoire_code,
    recensement, population::bigint as population
from {{ par_recensement('populations_departements') }} as r
union all
select livraison_id, feuille, ligne, colonne, 'ensemble', 'REG-' || code_region, recensement,
    round(population::double)::bigint
from {{ par_recensement('populations_regions') }} as r
union all
select livraison_id, feuille, ligne, colonne, 'reference',
    case
        when objet = 'DEP' then 'DEP-' || code
        when objet = 'REG' then 'REG-' || code
        when code in ('FM', 'METRO') then 'FRM'
        else 'FRA'
    end,
    recensement::integer, round(population::double)::bigint
from {{ retenues('insee', 'populations_reference') }} as r
where mesure = 'PMUN' and (objet in ('DEP', 'REG') or (objet = 'FRANCE' and code in ('F', 'FM', 'FRANCE', 'METRO')))
