select p.territoire_code, p.nature, p.millesime, p.valeur::decimal(18, 2) as valeur, p.origine, p.motif_code, m.libelle as motif
from {{ ref('int_denominateurs') }} as p
inner join {{ ref('int_territoires') }} as t on t.territoire_code = p.territoire_code
left join {{ ref('motifs') }} as m on m.motif_code = p.motif_code
