-- Reception refuses a file in which a vehicle stands twice.
select num_acc, substr(num_acc, 1, 4)::integer as annee, num_veh, try_cast(catv as integer) as categorie_vehicule
from {{ retenues('road_safety', 'vehicules') }} as r
