select
    indicateur_code, territoire_code, 'annee' as periode_type, annee::string as periode,
    make_date(annee, 1, 1) as periode_debut, 'total' as ventilation_type, 'total' as ventilation_code, source,
    valeur::decimal(18, 2) as valeur, statut, motif_code, motif, livraisons
from {{ ref('int_valeurs_4001') }}
union all
select indicateur_code, territoire_code, periode_type, periode, periode_debut, ventilation_type, ventilation_code,
    source, valeur, statut, motif_code, motif, livraisons
from {{ ref('int_valeurs_ssmsi') }}
union all
select * from {{ ref('int_observations') }}
union all
select * from {{ ref('int_grands_territoires') }}
union all
select * from {{ ref('int_cumuls') }}
