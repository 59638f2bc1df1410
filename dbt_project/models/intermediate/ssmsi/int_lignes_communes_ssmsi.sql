{{ config(materialized='view') }}
-- The lines of the communes of the instance's département, each with the commune of today that it counts in: a code means
-- what it meant in the geography of its file, and a commune that has merged since or an arrondissement municipal is part
-- of today's.
with municipaux as (
    select distinct code_commune from {{ ref('stg_insee__communes') }} where type_commune = 'ARM'
),

lues as (
    select
        c.*,
        case when p.code_actuel is null then c.code_commune else p.code_actuel end as commune_actuelle,
        m.code_commune is not null as arrondissement_municipal
    from {{ ref('stg_ssmsi__communes') }} as c
    inner join {{ source('raw', 'instance') }} as ici
        on ici.code_departement = substr(c.code_commune, 1, length(ici.code_departement))
    left join {{ ref('int_passages_communes') }} as p
        on p.code_commune = c.code_commune
        and make_date(cast(c.geographie as integer), 1, 1) between p.valide_de and p.valide_a
        and p.departement_actuel = ici.code_departement
    left join municipaux as m on m.code_commune = c.code_commune
),

-- A file that speaks of a city and of its arrondissements counts nothing twice.
dits as (
    select
        *,
        max(case when code_commune = commune_actuelle then 1 else 0 end) over (
            partition by livraison_id, indicateur_code, annee, commune_actuelle
        ) as commune_dite
    from lues
)

select *
from dits
where commune_dite = 0 or not arrondissement_municipal
