-- Series by series, what the deliveries in use hold of the instance's département: one row a filled cell, among those
-- that a delivery must carry each time (an index, a measure, a class). An index that the état 4001 does not use is none.
with ici as (
    select i.code_departement, 'DEP-' || i.code_departement as territoire_code from {{ source('raw', 'instance') }} as i
),

mesures as (
    {% for mesure in ['faits_constates', 'faits_elucides', 'mis_en_cause', 'mis_en_cause_mineurs', 'faits_vif'] %}
    select '{{ mesure }}' as mesure
    {% if not loop.last %}union all{% endif %}
    {% endfor %}
),

index_4001 as (
    select f.force as source, 'services' as table_nom, f.territoire_code, f.code_index, 'faits_constates' as mesure,
        f.annee::string as periode
    from {{ ref('int_faits_service') }} as f
    inner join ici on ici.code_departement = f.code_departement
    where f.faits is not null
    union all
    -- Without a list of its services, a département is followed as a whole.
    select f.force, 'services', ici.territoire_code, f.code_index, 'faits_constates', f.annee::string
    from {{ ref('int_faits_departement') }} as f
    inner join ici on ici.code_departement = f.code_departement
    left join {{ ref('services') }} as s on s.code_departement = f.code_departement and s.force = f.force
    where s.territoire_code is null and f.faits is not null
    union all
    select 'etat4001_monthly', 'departements', ici.territoire_code, f.code_index, 'faits_constates', f.annee_mois
    from {{ ref('stg_etat4001_monthly__faits') }} as f
    inner join ici on ici.code_departement = f.code_departement
    where f.faits is not null
    union all
    -- A total since January is delivered as the month is, and an index as well in a group as by itself.
    select 'service_returns', 'faits', s.territoire_code, coalesce(r.code_index, g.code_index), m.mesure,
        {{ mois_de('r.annee', 'r.mois') }}
    from {{ ref('stg_service_returns__faits') }} as r
    left join {{ ref('index_groupes') }} as g on g.groupe = r.index_declare
    inner join {{ ref('int_services_en_vigueur') }} as s
        on s.nommee and s.periode_type = 'mois' and s.periode = {{ mois_de('r.annee', 'r.mois') }}
        and s.code_departement = r.code_departement and s.force = r.force and s.service = r.service
    cross join mesures as m
    where case m.mesure
        {% for m in mesures_retours() %}when '{{ m }}' then coalesce(r.{{ m }}, r.{{ m }}_cumul)
        {% endfor %}
    end is not null
),

cellules as (
    select f.source, f.table_nom, f.territoire_code, 'index' as element_type, f.code_index::string as element_code, f.mesure,
        f.periode
    from index_4001 as f
    inner join {{ ref('index_4001') }} as x on x.code_index = f.code_index and x.utilise
    union all
    select 'service_returns', 'tranquillite', s.territoire_code, 'nature', r.nature, 'faits',
        {{ mois_de('r.annee', 'r.mois') }}
    from {{ ref('stg_service_returns__tranquillite') }} as r
    inner join {{ ref('int_services_en_vigueur') }} as s
        on s.nommee and s.periode_type = 'mois' and s.periode = {{ mois_de('r.annee', 'r.mois') }}
        and s.code_departement = r.code_departement and s.force = r.force and s.service = r.service
    where r.faits is not null
    union all
    select distinct 'road_barometer', 'mesures', ici.territoire_code, 'mesure', b.mesure, 'valeur',
        {{ mois_de('b.annee', 'b.mois') }}
    from {{ ref('stg_road_barometer__mesures') }} as b
    inner join ici on ici.code_departement = b.code_departement
    where b.valeur is not null
    union all
    select distinct 'ssmsi', 'base', ici.territoire_code, 'classe', b.indicateur_code, 'faits', b.annee::string
    from {{ ref('stg_ssmsi__base') }} as b
    inner join ici on ici.code_departement = b.code_departement
    -- The latest publication alone: a class that a new nomenclature dropped is renamed, not stopped.
    where b.faits is not null and b.rang = 1
)

-- What is not due yet cannot be missing yet.
select c.*
from cellules as c
inner join (
    select source, min(periode) as premiere_due, max(periode) as derniere_due
    from {{ source('raw', 'calendrier') }} group by all
) as d on d.source = c.source and c.periode between d.premiere_due and d.derniere_due
