select c.section, c.rang, c.ordre, c.ancre, c.empreinte, c.donnee, c.table_nom, c.colonne, c.cle, c.hors_champ
from {{ du_plan('couverture_du_plan') }} as c
