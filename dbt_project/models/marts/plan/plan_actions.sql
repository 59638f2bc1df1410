select a.action_code, a.priorite_code, a.rang, a.libelle, a.libelle_chapitre_4, p.pilotes, a.valide_de, a.valide_a
from {{ du_plan('actions') }} as a
left join {{ ref('int_pilotes') }} as p on p.action_code = a.action_code
