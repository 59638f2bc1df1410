-- Who sent what: one delivery answers for a service's month, and every month holds every index, by itself or in a group, and
-- every nature (sources/ wants them whole), so that one of them tells who answered. Where the month is what a total adds
-- to those before, their deliveries stand beside its own (`appui`).
with recus as (
    select 'faits' as table_nom, annee, mois, code_departement, force, service, livraison_id, false as appui
    from {{ ref('stg_service_returns__faits') }}
    where code_index = 1
        or index_declare in (select groupe from {{ ref('index_groupes') }} where code_index = 1)
    union all
    select 'tranquillite', annee, mois, code_departement, force, service, livraison_id, false
    from {{ ref('stg_service_returns__tranquillite') }}
    where nature = (select min(nature) from {{ ref('stg_service_returns__tranquillite') }})
),

-- From the total before, or from January, to the month before.
deduits as (
    select code_departement, force, service, annee, mois, min(depuis_mois) as depuis_mois
    from {{ ref('int_retours_cumuls') }}
    where cumul is not null and not deduite and mois > 1 and avant is not null
    group by code_departement, force, service, annee, mois
),

tous as (
    select * from recus
    union all
    select distinct 'faits', d.annee, d.mois, d.code_departement, d.force, d.service, r.livraison_id, true
    from deduits as d
    inner join recus as r
        on r.table_nom = 'faits' and r.annee = d.annee and r.code_departement = d.code_departement and r.force = d.force
        and r.service = d.service and r.mois < d.mois and r.mois >= d.depuis_mois
)

select r.*, v.territoire_code
from tous as r
left join {{ ref('int_services_en_vigueur') }} as v
    on v.nommee and v.periode_type = 'mois' and v.periode = {{ mois_de('r.annee', 'r.mois') }}
    and v.code_departement = r.code_departement and v.force = r.force and v.service = r.service
