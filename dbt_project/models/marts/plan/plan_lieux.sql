select l.territoire_code, l.rang, l.raison, l.section, l.action_code, l.origine, l.valide_de, l.valide_a
from {{ du_plan('lieux_vigilance') }} as l
