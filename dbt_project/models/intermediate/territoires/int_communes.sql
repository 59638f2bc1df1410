-- The communes of the instance's département, year of geography by year; one that no geography names stands with the
-- arrondissement of the official code.
with geographies as (
    select g.annee, g.code_commune, g.libelle, g.code_arrondissement, g.code_epci, g.libelle_epci
    from {{ ref('stg_insee__geographie') }} as g
    inner join {{ source('raw', 'instance') }} as ici on ici.code_departement = g.code_departement
    union all
    select 9999, c.code_commune, c.libelle, c.code_arrondissement, null, null
    from {{ ref('stg_insee__communes') }} as c
    inner join {{ source('raw', 'instance') }} as ici on ici.code_departement = c.code_departement
)

select
    g.annee,
    g.code_commune,
    'COM-' || g.code_commune as territoire_code,
    g.libelle,
    'ARR-' || g.code_arrondissement as arrondissement_code,
    'EPCI-' || g.code_epci as epci_code,
    g.libelle_epci,
    z.code_commune is not null as zone_police
from geographies as g
left join {{ ref('zones_police') }} as z on z.code_commune = g.code_commune
