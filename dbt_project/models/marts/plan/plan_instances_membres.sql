select m.instance_code, m.rang, m.role, m.fonction, m.acteur_code, m.valide_de, m.valide_a
from {{ du_plan('instances_membres') }} as m
