-- Service returns: what a year clears up against what it records.
with annees as (
    select f.annee, s.territoire_code, sum(f.faits_elucides) as elucides, sum(f.faits_constates) as constates,
        {{ lot_de('f.livraison_id') }} as livraisons
    from {{ ref('stg_service_returns__faits') }} as f
    inner join {{ ref('int_services_en_vigueur') }} as s
        on s.nommee and s.periode_type = 'mois' and s.periode = {{ mois_de('f.annee', 'f.mois') }}
        and s.code_departement = f.code_departement and s.force = f.force and s.service = f.service
    group by all
)

select 'ELUCIDES_CONSTATES' as regle_code, 'retours_services' as source, cast(null as string) as indicateur_code,
    territoire_code, annee::string as periode, cast(null as string) as detail, elucides as observe,
    constates as attendu, (elucides / nullif(constates, 0))::double as ecart, livraisons
from annees
where elucides is not null and constates > 0
