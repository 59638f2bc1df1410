-- The lines of the services' monthly returns. A département that no list describes has those of all that it sent.
with lieux as (
    select territoire_code, code_departement, force, service, periode
    from {{ ref('int_services_en_vigueur') }}
    where periode_type = 'mois' and nommee
    union all
    select z.territoire_code, z.code_departement, z.force, null, null
    from {{ ref('int_zones') }} as z
    left join (select distinct code_departement from {{ ref('services') }}) as s on s.code_departement = z.code_departement
    where s.code_departement is null
    union all
    select 'DEP-' || d.code_departement, d.code_departement, null, null, null
    from {{ ref('departements') }} as d
    left join (select distinct code_departement from {{ ref('services') }}) as s on s.code_departement = d.code_departement
    where s.code_departement is null
),

voulues as (
    select d.*, l.code_departement, l.force, l.service
    from demandees as d
    inner join lieux as l on l.territoire_code = d.territoire_code and (l.periode is null or l.periode = d.periode)
    where d.source = 'retours_services' and d.periode_type = 'mois'
)

select d.indicateur_code, d.territoire_code, d.periode, d.source,
    f.livraison_id, f.feuille, f.ligne, f.colonne, m.mesure,
    f.service || ', index ' || f.code_index::string as objet,
    case m.mesure
        when 'faits_constates' then f.faits_constates
        when 'faits_elucides' then f.faits_elucides
        when 'faits_vif' then f.faits_vif
        when 'mis_en_cause' then f.mis_en_cause
        when 'mis_en_cause_mineurs' then f.mis_en_cause_mineurs
    end::decimal(18, 2) as compte,
    'somme' as operation
from voulues as d
inner join {{ ref('int_retours_mesures') }} as m on m.indicateur_code = d.indicateur_code
inner join {{ ref('stg_service_returns__faits') }} as f
    on {{ mois_de('f.annee', 'f.mois') }} = d.periode and f.code_departement = d.code_departement
    and (d.force is null or f.force = d.force) and (d.service is null or f.service = d.service)
    and f.code_index = m.code_index
union all
select d.indicateur_code, d.territoire_code, d.periode, d.source,
    t.livraison_id, t.feuille, t.ligne, t.colonne, 'faits', t.service || ', ' || t.nature, t.faits::decimal(18, 2), 'somme'
from voulues as d
inner join {{ ref('stg_service_returns__tranquillite') }} as t
    on {{ mois_de('t.annee', 't.mois') }} = d.periode and t.code_departement = d.code_departement
    and (d.force is null or t.force = d.force) and (d.service is null or t.service = d.service)
where d.indicateur_code = 'TRANQUILLITE'
    and (d.ventilation_type = 'total' or d.ventilation_code = t.nature)
