select indicateur_code, territoire_code, 'mois' as periode_type, {{ mois_de('annee', 'mois') }} as periode,
    make_date(annee, mois, 1) as periode_debut, ventilation_type, ventilation_code,
    'retours_services' as source, valeur::decimal(18, 2) as valeur, case when valeur is null then 'M' else 'A' end as statut,
    case when valeur is null then motif_code end as motif_code, case when valeur is null then motif end as motif, livraisons
from {{ ref('int_retours_territoires') }}
where (valeur is not null or motif_code is not null) and indicateur_code <> 'FAITS_INDEX'
