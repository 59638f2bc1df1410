-- What a publication says of the communes of today. A part that is not released leaves the whole without a value: the sum
-- of the others would be less.
select
    indicateur_code,
    annee,
    commune_actuelle as code_commune,
    geographie,
    'COM-' || commune_actuelle as territoire_code,
    livraison_id,
    edition,
    millesime,
    rang,
    indecise,
    case when count(case when diffusee then faits end) = count(*) then sum(faits) end::bigint as valeur,
    min(case when motif_code is not null then motif_code when faits is null then 'non_renseigne' end) as motif_code,
    unite
from {{ ref('int_lignes_communes_ssmsi') }}
group by all
