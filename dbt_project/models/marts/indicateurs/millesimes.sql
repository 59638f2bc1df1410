select
    m.indicateur_code,
    m.territoire_code,
    m.annee::string as periode,
    m.source,
    m.edition,
    m.millesime,
    m.valeur::decimal(18, 2) as valeur,
    m.unite,
    m.motif_code,
    coalesce(v.motif_code, '') <> 'editions_contraires' and v.livraisons like '%' || m.livraison_id || '%' as en_usage,
    -- Two units of count are not compared.
    case when m.unite = v.unite then (m.valeur - v.valeur)::decimal(18, 2) end as ecart_avec_usage,
    substr(md5(m.livraisons), 1, 12) as lot_livraisons
from {{ ref('int_millesimes_ssmsi') }} as m
inner join {{ ref('int_valeurs_ssmsi') }} as v
    on v.source = m.source and v.indicateur_code = m.indicateur_code and v.territoire_code = m.territoire_code
    and v.annee = m.annee
