-- By month, what a service of the list returned, or what all those of a force did in a département that no list
-- describes (territoire_code is then NULL). Facts are first added by index, then taken by the indicators: an index is in
-- half a dozen of them. A sum with an empty cell in it is not a sum.
with mesures as (
    select m.indicateur_code, m.code_index, m.mesure, count(*) over (partition by m.indicateur_code) as n_index
    from {{ ref('int_retours_mesures') }} as m
),

envois as (
    select table_nom, annee, mois, code_departement, force, territoire_code, count(*) as n_services,
        {{ lot_de('livraison_id') }} as livraisons
    from {{ ref('int_retours_envois') }}
    group by all
),

par_index as (
    select f.annee, f.mois, f.code_departement, f.force, v.territoire_code, f.code_index,
        count(f.faits_constates) as n_faits_constates, sum(f.faits_constates) as faits_constates,
        count(f.faits_vif) as n_faits_vif, sum(f.faits_vif) as faits_vif,
        count(f.mis_en_cause) as n_mis_en_cause, sum(f.mis_en_cause) as mis_en_cause,
        count(f.mis_en_cause_mineurs) as n_mis_en_cause_mineurs, sum(f.mis_en_cause_mineurs) as mis_en_cause_mineurs
    from {{ ref('stg_service_returns__faits') }} as f
    left join {{ ref('services') }} as v
        on v.code_departement = f.code_departement and v.force = f.force and v.service = f.service
    group by all
),

parties as (
    select
        'faits' as table_nom,
        m.indicateur_code,
        f.annee,
        f.mois,
        f.code_departement,
        f.force,
        f.territoire_code,
        m.n_index,
        case m.mesure
            when 'faits_constates' then f.n_faits_constates
            when 'faits_vif' then f.n_faits_vif
            when 'mis_en_cause' then f.n_mis_en_cause
            when 'mis_en_cause_mineurs' then f.n_mis_en_cause_mineurs
        end as n_connues,
        case m.mesure
            when 'faits_constates' then f.faits_constates
            when 'faits_vif' then f.faits_vif
            when 'mis_en_cause' then f.mis_en_cause
            when 'mis_en_cause_mineurs' then f.mis_en_cause_mineurs
        end as valeur
    from par_index as f
    inner join mesures as m on m.code_index = f.code_index
    union all
    select 'tranquillite', 'TRANQUILLITE', t.annee, t.mois, t.code_departement, t.force, v.territoire_code, 4,
        count(t.faits), sum(t.faits)
    from {{ ref('stg_service_returns__tranquillite') }} as t
    left join {{ ref('services') }} as v
        on v.code_departement = t.code_departement and v.force = t.force and v.service = t.service
    group by all
),

sommes as (
    select table_nom, indicateur_code, annee, mois, code_departement, force, territoire_code,
        sum(n_connues) as n_connues, max(n_index) as n_index, sum(valeur) as valeur
    from parties
    group by all
)

select s.indicateur_code, s.annee, s.mois, s.code_departement, s.force, s.territoire_code,
    case when s.n_connues = s.n_index * e.n_services then s.valeur end as valeur,
    e.livraisons
from sommes as s
inner join envois as e
    on e.table_nom = s.table_nom and e.annee = s.annee and e.mois = s.mois
    and e.code_departement = s.code_departement and e.force = s.force
    and (e.territoire_code = s.territoire_code or (e.territoire_code is null and s.territoire_code is null))
