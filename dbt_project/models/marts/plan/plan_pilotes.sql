select p.action_code, p.rang, p.acteur_code, a.libelle as acteur, p.texte, p.origine, p.valide_de, p.valide_a
from {{ du_plan('pilotes') }} as p
inner join {{ ref('acteurs') }} as a on a.acteur_code = p.acteur_code
