-- Service and ISCG returns: what a year clears up against what it records, breakdowns against the total.
with annees as (
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

select 'ELUCIDES_CONSTATES' as regle_code, 'retours_services' as source, cast(null as string) as indicateur_code,
    territoire_code, annee::string as periode, cast(null as string) as detail, elucides as observe,
    constates as attendu, (elucides / nullif(constates, 0))::double as ecart, livraisons
from annees
where elucides is not null and constates > 0
union all
select 'ISCG_VENTILATION', 'retours_iscg', 'ISCG_PERSONNES', p.poste, {{ mois_de('p.annee', 'p.mois') }}, p.ventilation,
    p.somme, t.somme, abs(p.somme - t.somme), p.livraison_id
from personnes as p
inner join personnes as t on t.annee = p.annee and t.mois = p.mois and t.poste = p.poste and t.ventilation = 'total'
where p.ventilation <> 'total' and p.n = p.n_valeurs and t.n_valeurs = t.n
