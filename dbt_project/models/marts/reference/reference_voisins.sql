select
    v.territoire_code,
    t.libelle,
    v.rang as ressemblance,
    v.distance,
    z.critere,
    c.libelle as critere_libelle,
    z.valeur,
    k.unite,
    k.annee,
    k.source,
    c.transformation,
    z.poids,
    z.ecart_reduit
from {{ ref('int_voisins') }} as v
inner join {{ ref('int_territoires') }} as t on t.territoire_code = v.territoire_code
inner join {{ ref('int_criteres_reduits') }} as z on z.code_departement = v.code_departement
inner join {{ ref('criteres') }} as c on c.critere = z.critere
inner join {{ ref('criteres_departements') }} as k on k.critere = z.critere and k.code_departement = z.code_departement
