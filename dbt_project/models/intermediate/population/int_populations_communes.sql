-- One figure a commune and census, of the file that comes first in populations_precedences.csv.
select
    p.code_commune,
    p.recensement,
    p.population,
    p.origine,
    p.livraison_id,
    p.feuille,
    p.ligne,
    p.colonne,
    {{ departement_du_code('p.code_commune') }} as code_departement
from {{ ref('stg_insee__populations') }} as p
inner join {{ ref('populations_precedences') }} as o on o.origine = p.origine
qualify row_number() over (partition by p.code_commune, p.recensement order by o.rang, p.livraison_id, p.ligne, p.colonne) = 1
