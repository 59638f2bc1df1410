-- What the publication in use says of the communes of the instance's département, by the code and the year of geography
-- of its file: an older publication speaks of communes that may have merged since, so no year is joined from two.
select
    c.indicateur_code,
    c.annee,
    c.code_commune,
    c.geographie,
    'COM-' || c.code_commune as territoire_code,
    c.livraison_id,
    c.edition,
    c.millesime,
    c.rang,
    c.indecise,
    case when c.diffusee then c.faits end as valeur,
    case when c.motif_code is not null then c.motif_code when c.faits is null then 'non_renseigne' end as motif_code,
    c.unite
from {{ ref('stg_ssmsi__communes') }} as c
inner join {{ source('raw', 'instance') }} as ici
    on ici.code_departement = substr(c.code_commune, 1, length(ici.code_departement))
