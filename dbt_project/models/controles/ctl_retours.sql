-- Service and ISCG returns, row by row: a part is never more than its whole, breakdowns add up to the total.
with lignes as (
    select f.annee, f.mois, s.territoire_code, f.livraison_id,
        max(f.mis_en_cause_mineurs - f.mis_en_cause) as mineurs_ecart,
        max_by(f.code_index, f.mis_en_cause_mineurs - f.mis_en_cause) as mineurs_index,
        max_by(f.mis_en_cause_mineurs, f.mis_en_cause_mineurs - f.mis_en_cause) as mineurs,
        max_by(f.mis_en_cause, f.mis_en_cause_mineurs - f.mis_en_cause) as mis_en_cause,
        max(f.faits_vif - f.faits_constates) as vif_ecart,
        max_by(f.code_index, f.faits_vif - f.faits_constates) as vif_index,
        max_by(f.faits_vif, f.faits_vif - f.faits_constates) as vif,
        max_by(f.faits_constates, f.faits_vif - f.faits_constates) as constates
    from {{ ref('stg_service_returns__faits') }} as f
    inner join {{ ref('services') }} as s
        on s.code_departement = f.code_departement and s.force = f.force and s.service = f.service
    group by all
),

annees as (
    select f.annee, s.territoire_code, sum(f.faits_elucides) as elucides, sum(f.faits_constates) as constates,
        {{ lot_de('f.livraison_id') }} as livraisons
    from {{ ref('stg_service_returns__faits') }} as f
    inner join {{ ref('services') }} as s
        on s.code_departement = f.code_departement and s.force = f.force and s.service = f.service
    group by all
),

personnes as (
    select annee, mois, poste, ventilation, sum(valeur) as somme, count(*) as n, count(valeur) as n_valeurs,
        max(livraison_id) as livraison_id
    from {{ ref('stg_iscg__activite') }}
    where mesure = 'personnes'
    group by all
)

select 'MINEURS_MIS_EN_CAUSE' as regle_code, 'retours_services' as source, cast(null as varchar) as indicateur_code,
    territoire_code, {{ mois_de('annee', 'mois') }} as periode, 'index ' || mineurs_index::varchar as detail,
    mineurs as observe, mis_en_cause as attendu, greatest(mineurs_ecart, 0)::double as ecart, livraison_id as livraisons
from lignes
where mineurs_ecart is not null
union all
select 'VIF_FAITS', 'retours_services', null, territoire_code, {{ mois_de('annee', 'mois') }},
    'index ' || vif_index::varchar, vif, constates, greatest(vif_ecart, 0), livraison_id
from lignes
where vif_ecart is not null
union all
select 'ELUCIDES_CONSTATES', 'retours_services', null, territoire_code, annee::varchar, null, elucides, constates,
    elucides / nullif(constates, 0), livraisons
from annees
where elucides is not null and constates > 0
union all
select 'ISCG_VENTILATION', 'retours_iscg', 'ISCG_PERSONNES', p.poste, {{ mois_de('p.annee', 'p.mois') }}, p.ventilation,
    p.somme, t.somme, abs(p.somme - t.somme), p.livraison_id
from personnes as p
inner join personnes as t on t.annee = p.annee and t.mois = p.mois and t.poste = p.poste and t.ventilation = 'total'
where p.ventilation <> 'total' and p.n = p.n_valeurs and t.n_valeurs = t.n
