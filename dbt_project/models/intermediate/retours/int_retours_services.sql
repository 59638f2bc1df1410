-- By service and month: a sum with an empty cell in it is not a sum.
with mesures as (
    select m.indicateur_code, m.code_index, m.mesure, count(*) over (partition by m.indicateur_code) as n_index
    from {{ ref('int_retours_mesures') }} as m
),

faits as (
    select
        m.indicateur_code,
        f.annee,
        f.mois,
        f.code_departement,
        f.force,
        f.service,
        case m.mesure
            when 'faits_constates' then f.faits_constates
            when 'faits_vif' then f.faits_vif
            when 'mis_en_cause' then f.mis_en_cause
            when 'mis_en_cause_mineurs' then f.mis_en_cause_mineurs
        end as valeur,
        m.n_index,
        f.livraison_id
    from {{ ref('stg_service_returns__faits') }} as f
    inner join mesures as m on m.code_index = f.code_index
    union all
    select 'TRANQUILLITE', annee, mois, code_departement, force, service, faits, 4, livraison_id
    from {{ ref('stg_service_returns__tranquillite') }}
),

sommes as (
    select indicateur_code, annee, mois, code_departement, force, service,
        case when count(valeur) = max(n_index) then sum(valeur) end as valeur,
        {{ lot_de('livraison_id') }} as livraisons
    from faits
    group by all
)

select s.*, v.territoire_code
from sommes as s
left join {{ ref('services') }} as v
    on v.code_departement = s.code_departement and v.force = s.force and v.service = s.service
