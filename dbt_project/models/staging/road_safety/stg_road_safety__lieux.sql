select livraison_id, num_acc, substr(num_acc, 1, 4)::integer as annee, try_cast(catr as integer) as categorie_route
from {{ retenues('road_safety', 'lieux') }} as r
