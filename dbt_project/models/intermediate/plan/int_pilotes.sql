select p.action_code, {{ en_liste('a.libelle', "', '", 'p.rang') }} as pilotes
from {{ du_plan('pilotes') }} as p
inner join {{ ref('acteurs') }} as a on a.acteur_code = p.acteur_code
group by all
