-- The cells of the monthly workbook, or of one force's: a département's sheet, an index a line, a month a column.
select d.indicateur_code, d.territoire_code, d.periode, d.source,
    f.livraison_id, f.feuille, f.ligne, f.colonne, 'faits_constates' as mesure,
    'index ' || f.code_index::string as objet, f.faits::decimal(18, 2) as compte, 'somme' as operation
from demandees as d
inner join {{ ref('indicateurs_index') }} as i on i.indicateur_code = d.indicateur_code
inner join {{ ref('stg_etat4001_monthly__faits') }} as f
    on f.annee_mois = d.periode and 'DEP-' || f.code_departement = d.territoire_code and f.code_index = i.code_index
where d.source = 'etat4001_departements' and d.periode_type = 'mois'
union all
select d.indicateur_code, d.territoire_code, d.periode, d.source,
    f.livraison_id, f.feuille, f.ligne, f.colonne, 'faits_constates', 'index ' || f.code_index::string,
    f.faits::decimal(18, 2), 'somme'
from demandees as d
inner join {{ ref('indicateurs_index') }} as i on i.indicateur_code = d.indicateur_code
inner join {{ ref('int_zones') }} as z on z.territoire_code = d.territoire_code
inner join {{ ref('stg_etat4001_monthly__forces') }} as f
    on f.annee_mois = d.periode and f.code_departement = z.code_departement and f.force = z.force
    and f.code_index = i.code_index
where d.source = 'etat4001_departements' and d.periode_type = 'mois'
