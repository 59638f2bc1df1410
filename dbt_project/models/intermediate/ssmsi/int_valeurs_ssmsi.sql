-- A year's figure of a class is the one of the latest vintage that has the class: classes were renamed and split.
with dernieres as (
    select indicateur_code, annee, max(edition) as edition from {{ ref('stg_ssmsi__base') }} group by all
),

departements as (
    select b.indicateur_code, b.annee, 'DEP-' || b.code_departement as territoire_code, b.faits as valeur,
        b.livraison_id as livraisons
    from {{ ref('stg_ssmsi__base') }} as b
    inner join dernieres as d
        on d.indicateur_code = b.indicateur_code and d.annee = b.annee and d.edition = b.edition
),

toutes as (
    select * from departements
    union all
    {{ sommes_completes('departements', ['indicateur_code', 'annee'], "('region', 'france')") }}
)

select
    indicateur_code,
    territoire_code,
    'annee' as periode_type,
    annee::string as periode,
    make_date(annee, 1, 1) as periode_debut,
    make_date(annee, 12, 31) as periode_fin,
    'total' as ventilation_type,
    'total' as ventilation_code,
    'ssmsi_base' as source,
    valeur::decimal(18, 2) as valeur,
    'A' as statut,
    cast(null as string) as motif_code,
    cast(null as string) as motif,
    livraisons
from toutes
where valeur is not null
