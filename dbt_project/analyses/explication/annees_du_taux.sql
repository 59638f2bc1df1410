-- The years whose mean is a rate's numerator, where the rule of its denominator takes several.
select d.indicateur_code, d.territoire_code, d.periode_type, (d.periode::integer - r.rang)::string as periode,
    d.ventilation_type, d.ventilation_code, d.source
from demandees as d
inner join {{ ref('int_indicateurs') }} as i on i.indicateur_code = d.indicateur_code
inner join {{ ref('denominateurs') }} as n on n.denominateur = i.denominateur
inner join (values (0), (1), (2), (3), (4), (5), (6), (7), (8), (9)) as r (rang) on r.rang < n.annees_moyennes
where d.periode_type = 'annee' and d.ventilation_type = 'total' and n.annees_moyennes > 1
