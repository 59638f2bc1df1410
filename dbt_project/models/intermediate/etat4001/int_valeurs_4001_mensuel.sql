with indicateurs as (
    select i.indicateur_code, count(*) as n_index from {{ ref('indicateurs_index') }} as i group by all
),

-- A force alone is a part: it answers for its zone, and never for the département.
faits as (
    select annee_mois, 'DEP-' || code_departement as territoire_code, code_index, faits, livraison_id
    from {{ ref('stg_etat4001_monthly__faits') }}
    union all
    select f.annee_mois, z.territoire_code, f.code_index, f.faits, f.livraison_id
    from {{ ref('stg_etat4001_monthly__forces') }} as f
    inner join {{ ref('int_zones') }} as z on z.code_departement = f.code_departement and z.force = f.force
),

sommes as (
    select
        f.territoire_code,
        i.indicateur_code,
        f.annee_mois as periode,
        case when count(f.faits) = max(n.n_index) then sum(f.faits) end as valeur,
        {{ lot_de('f.livraison_id') }} as livraisons
    from faits as f
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
