with indicateurs as (
    select i.indicateur_code, count(*) as n_index from {{ ref('indicateurs_index') }} as i group by all
),

sommes as (
    select
        i.indicateur_code,
        f.annee_mois as periode,
        'DEP-' || f.code_departement as territoire_code,
        case when count(f.faits) = max(n.n_index) then sum(f.faits) end as valeur,
        {{ lot_de('f.livraison_id') }} as livraisons
    from {{ ref('stg_etat4001_monthly__faits') }} as f
    inner join {{ ref('indicateurs_index') }} as i on i.code_index = f.code_index
    inner join indicateurs as n on n.indicateur_code = i.indicateur_code
    group by all
),

toutes as (
    select * from sommes
    union all
    {{ sommes_completes('sommes', ['indicateur_code', 'periode'], "('region', 'france')") }}
)

select indicateur_code, territoire_code, 'mois' as periode_type, periode,
    make_date(substr(periode, 1, 4)::integer, substr(periode, 6, 2)::integer, 1) as periode_debut,
    'total' as ventilation_type, 'total' as ventilation_code, 'etat4001_departements' as source,
    valeur::decimal(18, 2) as valeur, 'A' as statut, cast(null as string) as motif_code, cast(null as string) as motif,
    livraisons
from toutes
where valeur is not null
