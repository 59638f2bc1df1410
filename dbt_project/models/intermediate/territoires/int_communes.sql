-- The communes of the instance's département as they are today.
with noms_epci as (
    select code_epci, libelle_epci as libelle, annee
    from {{ ref('stg_insee__geographie') }}
    where libelle_epci is not null
    union all
    select code, libelle, 9999
    from {{ ref('stg_insee__zones_supra_communales') }}
    where niveau = 'EPCI'
    union all
    select code_epci, libelle, 0 from {{ ref('epci') }}
),

epci as (
    select code_epci, libelle
    from noms_epci
    qualify row_number() over (partition by code_epci order by annee desc, libelle) = 1
)

select
    c.code_commune,
    'COM-' || c.code_commune as territoire_code,
    c.libelle,
    'ARR-' || c.code_arrondissement as arrondissement_code,
    'EPCI-' || c.code_epci as epci_code,
    case when e.libelle is not null then e.libelle else 'EPCI ' || c.code_epci end as libelle_epci,
    z.code_commune is not null as zone_police
from {{ ref('int_communes_reference') }} as c
inner join {{ source('raw', 'instance') }} as ici on ici.code_departement = c.code_departement
left join epci as e on e.code_epci = c.code_epci
left join {{ ref('zones_police') }} as z on z.code_commune = c.code_commune
