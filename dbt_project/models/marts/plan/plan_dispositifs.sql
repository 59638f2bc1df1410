-- What the plan prints of a dispositif, then what each return says of it, place by place.
with imprimes as (
    select d.* from {{ du_plan('dispositifs') }} as d
    qualify row_number() over (partition by d.dispositif_code order by d.valide_de desc) = 1
),

dits as (
    select dispositif_code, lieu_code as territoire_code, 'plan' as periode, etat_imprime as etat, debut, fin, nombre::decimal(18, 2) as nombre,
        cast(null as string) as evalue, cast(null as string) as livraison_id
    from imprimes
    union all
    select d.dispositif_code, coalesce(d.territoire_code, i.lieu_code), d.annee::string || '-T' || d.trimestre::string, d.etat,
        coalesce(d.debut, i.debut), coalesce(d.fin, i.fin), d.nombre, d.evalue, d.livraison_id
    from {{ ref('stg_plan_steering__dispositifs') }} as d
    inner join imprimes as i on i.dispositif_code = d.dispositif_code and i.code_departement = d.code_departement
),

-- The plan's own word gives way as soon as a return speaks of the dispositif, wherever.
ranges as (
    select *,
        row_number() over (
            partition by dispositif_code, territoire_code order by case when periode = 'plan' then '' else periode end desc
        ) as rang,
        count(case when periode <> 'plan' then 1 end) over (partition by dispositif_code) as n_retours
    from dits
)

select
    r.dispositif_code,
    i.nature,
    i.libelle,
    r.territoire_code,
    i.action_code,
    i.instance_code,
    r.periode,
    r.etat,
    r.rang = 1 and (r.periode <> 'plan' or r.n_retours = 0) as dernier_etat,
    r.debut,
    r.fin,
    i.echeance_imprimee,
    r.nombre,
    i.unite,
    r.evalue,
    i.section,
    i.origine,
    i.note,
    case when r.livraison_id is not null then substr(md5(r.livraison_id), 1, 12) end as lot_livraisons
from ranges as r
inner join imprimes as i on i.dispositif_code = r.dispositif_code
