select l.rattachement_code, l.indicateur_code, l.priorite_code, l.action_code, i.nature, l.en_tete, l.origine, l.valide_de, l.valide_a
from {{ ref('int_liens') }} as l
inner join {{ ref('int_indicateurs') }} as i on i.indicateur_code = l.indicateur_code
