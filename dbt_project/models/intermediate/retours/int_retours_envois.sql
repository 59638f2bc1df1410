-- Who sent what. A service's month has one delivery, or one and those that correct some of its lines; where the month is what
-- a total adds to those before, their deliveries stand beside its own. One of them speaks for the service, the others are
-- what it leans on (`appui`).
with livraisons as (
    select distinct 'faits' as table_nom, annee, mois, code_departement, force, service, livraison_id
    from {{ ref('stg_service_returns__faits') }}
    union all
    select distinct 'tranquillite', annee, mois, code_departement, force, service, livraison_id
    from {{ ref('stg_service_returns__tranquillite') }}
),

recus as (
    select *,
        row_number() over (
            partition by table_nom, annee, mois, code_departement, force, service order by livraison_id
        ) > 1 as appui
    from livraisons
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
