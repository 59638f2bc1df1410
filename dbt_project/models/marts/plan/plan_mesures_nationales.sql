select m.mesure_code, coalesce(a.action_code || ' ' || a.rang::string, '-') as lien, m.axe_code, x.libelle as axe, m.nature, m.numero, m.libelle,
    a.action_code, a.rang, m.section, m.origine, m.note
from {{ ref('mesures_nationales') }} as m
inner join {{ ref('mesures_nationales') }} as x on x.mesure_code = m.axe_code
left join {{ du_plan('mesures_actions') }} as a on a.mesure_code = m.mesure_code
