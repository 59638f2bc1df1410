-- Which indicator stands under which priority, and under which action when it is one's own.
select l.priorite_code, l.action_code, coalesce(l.action_code, l.priorite_code) as rattachement_code,
    l.indicateur_code, l.en_tete, l.origine, l.valide_de, l.valide_a
from {{ du_plan('liens') }} as l
union all
select a.priorite_code, s.action_code, s.action_code, s.indicateur_code, false, 'plan', s.valide_de, s.valide_a
from {{ du_plan('indicateurs_suivi') }} as s
inner join (select distinct priorite_code, action_code from {{ du_plan('actions') }} as a) as a
    on a.action_code = s.action_code
