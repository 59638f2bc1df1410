-- Who sent what: one delivery answers for a service's month, and every month holds every index and every nature (sources/
-- wants them whole), so that one of them tells who answered.
with recus as (
    select 'faits' as table_nom, annee, mois, code_departement, force, service, livraison_id
    from {{ ref('stg_service_returns__faits') }}
    where code_index = 1
    union all
    select 'tranquillite', annee, mois, code_departement, force, service, livraison_id
    from {{ ref('stg_service_returns__tranquillite') }}
    where nature = (select min(nature) from {{ ref('stg_service_returns__tranquillite') }})
)

select r.*, v.territoire_code
from recus as r
left join {{ ref('int_services_en_vigueur') }} as v
    on v.nommee and v.periode_type = 'mois' and v.periode = {{ mois_de('r.annee', 'r.mois') }}
    and v.code_departement = r.code_departement and v.force = r.force and v.service = r.service
