select g.sigle, g.rang, g.libelle, g.note
from {{ du_plan('glossaire') }} as g
