select niveau, code, libelle
from {{ retenues('insee', 'zones_supra_communales') }} as r
