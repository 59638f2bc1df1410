select
    r.annee::string || '-T' || r.trimestre::string as periode,
    r.engagement_code,
    e.enjeu_code,
    e.enjeu,
    e.engagement,
    r.reference,
    r.organisme,
    r.etat,
    row_number() over (partition by r.engagement_code, r.reference order by r.annee desc, r.trimestre desc) = 1 as dernier_etat,
    r.participants,
    r.cout_eur,
    substr(md5(r.livraison_id), 1, 12) as lot_livraisons
from {{ ref('stg_plan_steering__pdasr') }} as r
inner join {{ source('raw', 'instance') }} as ici on ici.code_departement = r.code_departement
inner join (
    select * from {{ du_plan('dgo_engagements') }} as d
    qualify row_number() over (partition by d.engagement_code order by d.valide_de desc) = 1
) as e on e.engagement_code = r.engagement_code
