-- A unit of count that changes from one year to the next is a break, whichever publications the two years come from.
select v.source, v.indicateur_code, v.territoire_code, v.annee, p.unite as unite_avant, v.unite as unite_apres
from {{ ref('int_valeurs_ssmsi') }} as v
inner join {{ ref('int_valeurs_ssmsi') }} as p
    on p.source = v.source and p.indicateur_code = v.indicateur_code and p.territoire_code = v.territoire_code
    and p.annee = v.annee - 1
where p.unite <> v.unite
