select
    livraison_id,
    feuille,
    ligne,
    colonne,
    num_acc,
    substr(num_acc, 1, 4)::integer as annee,
    num_veh,
    try_cast(catu as integer) as categorie_usager,
    try_cast(grav as integer) as gravite,
    try_cast(sexe as integer) as sexe,
    try_cast(trajet as integer) as trajet,
    case when try_cast(annee_naissance as integer) between 1880 and substr(num_acc, 1, 4)::integer
        then substr(num_acc, 1, 4)::integer - try_cast(annee_naissance as integer) end as age
from {{ retenues('road_safety', 'usagers') }} as r
