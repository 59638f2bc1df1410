-- The cells of the monthly workbook: a département's sheet, an index a line, a month a column.
select d.indicateur_code, d.territoire_code, d.periode, d.source,
    f.livraison_id, f.feuille, f.ligne, f.colonne, 'faits_constates' as mesure,
    'index ' || f.code_index::string as objet, f.faits::decimal(18, 2) as compte, 'somme' as operation
from demandees as d
inner join {{ ref('indicateurs_index') }} as i on i.indicateur_code = d.indicateur_code
inner join {{ ref('stg_etat4001_monthly__faits') }} as f
    on f.annee_mois = d.periode and 'DEP-' || f.code_departement = d.territoire_code and f.code_index = i.code_index
where d.source = 'etat4001_departements' and d.periode_type = 'mois'
