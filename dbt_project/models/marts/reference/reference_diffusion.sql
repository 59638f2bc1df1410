with paires as (
    select distinct source, indicateur_code from {{ ref('int_valeurs') }}
)

select
    p.source,
    p.indicateur_code,
    coalesce(propre.loi, commune.loi) as loi,
    coalesce(propre.protection, commune.protection) as protection,
    t.libelle as protection_libelle,
    t.seuil,
    t.etendue,
    coalesce(propre.raison, commune.raison) as raison
from paires as p
left join {{ ref('regles_diffusion') }} as propre on propre.source = p.source and propre.indicateur_code = p.indicateur_code
left join {{ ref('regles_diffusion') }} as commune on commune.source = p.source and commune.indicateur_code is null
left join {{ ref('protections') }} as t on t.protection = coalesce(propre.protection, commune.protection)
