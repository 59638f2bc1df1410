select num_acc, substr(num_acc, 1, 4)::integer as annee, num_veh, min(try_cast(catv as integer)) as categorie_vehicule
from {{ retenues('road_safety', 'vehicules') }} as r
group by all
