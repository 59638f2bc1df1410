-- A year's figure is that of the latest publication that speaks of it: classes were renamed and split. Where two of one
-- edition are side by side and nobody chose, what both say stands, and what they contradict is missing.
with classees as (
    select *, min(rang) over (partition by source, indicateur_code, territoire_code, annee) as premier,
        -- Communes are those of one geography: the publication in use for the year, or none.
        territoire_code like 'COM-%' and rang > 1 and not indecise as d_avant
    from {{ ref('int_publications_ssmsi') }}
),

choisies as (
    select * from classees where (rang = premier or indecise) and not d_avant
),

resumees as (
    select
        source, indicateur_code, territoire_code, annee, min(valeur) as valeur, min(unite) as unite,
        min(motif_code) as motif_code, min(millesime) as millesime, max(millesime) as autre_millesime,
        count(distinct valeur) <= 1 and count(valeur) in (0, count(*)) and min(unite) = max(unite) as d_accord,
        {{ lot_de('livraison_id') }} as livraisons
    from choisies
    group by source, indicateur_code, territoire_code, annee
),

jugees as (
    select *, case when d_accord then motif_code else 'editions_contraires' end as raison from resumees
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
    source,
    case when raison is null then valeur end::decimal(18, 2) as valeur,
    case when raison is null then 'A' else 'M' end as statut,
    raison as motif_code,
    case raison
        when 'non_diffuse' then 'Non diffusé par le SSMSI'
        when 'non_renseigne' then 'Le SSMSI ne renseigne pas cette valeur dans sa publication ' || millesime
        when 'composante_manquante' then 'Le SSMSI ne renseigne pas tous les départements dans sa publication ' || millesime
        when 'editions_contraires' then 'Les publications ' || millesime || ' et ' || autre_millesime
            || ' se contredisent : choisir celle qui compte (vigie choose)'
    end as motif,
    livraisons,
    millesime,
    unite,
    annee
from jugees
