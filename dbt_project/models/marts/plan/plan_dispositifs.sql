-- The plan names a dispositif, the returns say where it stands, place by place.
with imprimes as (
    select d.* from {{ du_plan('dispositifs') }} as d
    qualify row_number() over (partition by d.dispositif_code order by d.valide_de desc) = 1
),

declares as (
    select d.dispositif_code, coalesce(d.territoire_code, i.territoire_code) as territoire_code,
        d.annee::string || '-T' || d.trimestre::string as periode, d.etat, d.debut, d.fin, d.nombre, d.evalue, d.livraison_id
    from {{ ref('stg_plan_steering__dispositifs') }} as d
    inner join imprimes as i on i.dispositif_code = d.dispositif_code and i.code_departement = d.code_departement
    qualify row_number() over (
        partition by d.dispositif_code, coalesce(d.territoire_code, i.territoire_code) order by d.annee desc, d.trimestre desc
    ) = 1
),

places as (
    select dispositif_code, territoire_code from imprimes
    union
    select dispositif_code, territoire_code from declares
)

select
    p.dispositif_code,
    i.nature,
    i.libelle,
    p.territoire_code,
    i.action_code,
    i.instance_code,
    case when d.etat is not null then d.etat when p.territoire_code = i.territoire_code then i.etat_imprime end as etat,
    case when d.etat is null then 'plan' else 'retour' end as etat_origine,
    d.periode,
    coalesce(d.debut, case when p.territoire_code = i.territoire_code then i.debut end) as debut,
    coalesce(d.fin, case when p.territoire_code = i.territoire_code then i.fin end) as fin,
    i.echeance_imprimee,
    case when d.periode is not null then d.nombre when p.territoire_code = i.territoire_code then i.nombre end::decimal(18, 2) as nombre,
    i.unite,
    d.evalue,
    i.section,
    i.origine,
    i.note,
    case when d.livraison_id is not null then substr(md5(d.livraison_id), 1, 12) end as lot_livraisons
from places as p
inner join imprimes as i on i.dispositif_code = p.dispositif_code
left join declares as d on d.dispositif_code = p.dispositif_code and d.territoire_code = p.territoire_code
