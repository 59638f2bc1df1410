-- The communes of the country as they are today: of the latest of what was received for each département, the code
-- officiel géographique, the table of appartenance or an extract by year of geography. What the chosen one does not say
-- (the EPCI, which the code officiel lacks) comes from the latest of the others.
with candidates as (
    select code_departement, code_commune, libelle, code_arrondissement, cast(null as string) as code_epci,
        case when edition = '' then 9999 else try_cast(edition as integer) end as annee, 1 as rang
    from {{ ref('stg_insee__communes') }}
    where retenue and type_commune = 'COM'
    union all
    select code_departement, code_commune, libelle, code_arrondissement, code_epci,
        case when edition = '' then 0 else try_cast(edition as integer) end, 2
    from {{ ref('stg_insee__appartenance') }}
    union all
    select code_departement, code_commune, libelle, code_arrondissement, code_epci, annee, 3
    from {{ ref('stg_insee__geographie') }}
),

choisies as (
    select c.code_departement, max(c.annee) as annee
    from candidates as c
    group by all
),

communes as (
    select c.*
    from candidates as c
    inner join choisies as d on d.code_departement = c.code_departement and d.annee = c.annee
    qualify row_number() over (partition by c.code_commune order by c.rang) = 1
        and c.rang = min(c.rang) over (partition by c.code_departement)
),

-- Where nothing received says the EPCI, the project's own list of communes does.
rattachements as (
    select code_commune, code_arrondissement, code_epci
    from (
        select code_commune, code_arrondissement, code_epci, annee, rang from candidates
        union all
        select code_commune, code_arrondissement, code_epci, 0, 4 from {{ ref('communes') }} where valide_a is null
    ) as toutes
    where code_epci is not null
    qualify row_number() over (partition by code_commune order by annee desc, rang) = 1
)

select
    c.code_commune,
    c.code_departement,
    c.libelle,
    c.annee,
    case when c.code_arrondissement is not null then c.code_arrondissement else r.code_arrondissement end as code_arrondissement,
    case when c.code_epci is not null then c.code_epci else r.code_epci end as code_epci
from communes as c
left join rattachements as r on r.code_commune = c.code_commune
