select
    m.indicateur_code,
    m.territoire_code,
    m.annee::string as periode,
    'ssmsi_base' as source,
    m.edition,
    m.valeur::decimal(18, 2) as valeur,
    m.edition = max(m.edition) over (partition by m.indicateur_code, m.territoire_code, m.annee) as en_usage,
    (m.valeur - first_value(m.valeur) over (
        partition by m.indicateur_code, m.territoire_code, m.annee order by m.edition desc
    ))::decimal(18, 2) as ecart_avec_usage,
    substr(md5(m.livraisons), 1, 12) as lot_livraisons
from {{ ref('int_millesimes_ssmsi') }} as m
