-- The figures that the Insee gives for a département, a région or France.
select livraison_id, feuille, ligne, colonne, 'ensemble' as origine, 'DEP-' || code_departement as territoire_code,
    try_cast(edition_tranche as integer) as recensement, population::bigint as population
from {{ retenues('insee', 'populations_departements') }} as r
where edition_tranche <> ''
union all
select livraison_id, feuille, ligne, colonne, 'ensemble', 'REG-' || code_region, try_cast(edition_tranche as integer),
    round(population::double)::bigint
from {{ retenues('insee', 'populations_regions') }} as r
where edition_tranche <> ''
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
