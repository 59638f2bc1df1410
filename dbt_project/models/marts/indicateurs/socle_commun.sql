select
    s.annee::string || '-' || lpad(s.mois::string, 2, '0') as periode,
    s.mesure_code,
    m.libelle,
    m.unite,
    s.valeur,
    case when s.valeur is null then 'M' when s.statut = 'provisoire' then 'P' else 'A' end as statut,
    case when s.valeur is null then 'non_communique' end as motif_code,
    m.indicateur_code,
    v.valeur as valeur_entrepot,
    (s.valeur - v.valeur)::decimal(18, 2) as ecart,
    substr(md5(s.livraison_id), 1, 12) as lot_livraisons
from {{ ref('stg_socle_commun__mesures') }} as s
inner join {{ source('raw', 'instance') }} as ici on ici.code_departement = s.code_departement
inner join {{ ref('socle_commun_mesures') }} as m on m.mesure_code = s.mesure_code
left join {{ ref('valeurs') }} as v
    on v.indicateur_code = m.indicateur_code and v.territoire_code = 'DEP-' || s.code_departement and v.periode_type = 'mois'
    and v.periode = s.annee::string || '-' || lpad(s.mois::string, 2, '0') and v.ventilation_type = 'total' and v.retenu
