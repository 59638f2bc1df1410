select livraison_id, modification, date_effet::date as date_effet, type_avant, code_avant, type_apres, code_apres
from {{ retenues('insee', 'mouvements') }} as r
