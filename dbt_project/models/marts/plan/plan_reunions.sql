-- One row an instance and a quarter of the calendar: a quarter that nobody tells of is not one without a meeting.
with trimestres as (
    select periode, periode_debut, periode_fin, echeance, due from {{ source('raw', 'calendrier') }}
    where source = 'plan_steering'
),

declarees as (
    select r.*, r.annee::string || '-T' || r.trimestre::string as periode
    from {{ ref('stg_plan_steering__reunions') }} as r
    inner join {{ source('raw', 'instance') }} as ici on ici.code_departement = r.code_departement
)

select
    i.instance_code,
    i.libelle as instance,
    i.lieu_code as territoire_code,
    t.periode,
    t.periode_debut,
    t.periode_fin,
    d.reunions,
    d.derniere_date,
    d.compte_rendu,
    case when d.reunions is null then 'M' else 'A' end as statut,
    case when d.reunions is not null then null when d.instance_code is null then 'non_recu' else 'non_communique' end as motif_code,
    case
        when d.reunions is not null then null
        when d.instance_code is null then 'Aucun retour de pilotage n''indique si elle s''est réunie'
        else 'Le retour ne donne pas ce nombre'
    end as motif,
    case when d.livraison_id is not null then substr(md5(d.livraison_id), 1, 12) end as lot_livraisons
from {{ du_plan('instances') }} as i
inner join trimestres as t
    on i.valide_de <= t.periode_fin and (i.valide_a is null or i.valide_a >= t.periode_fin)
left join declarees as d on d.instance_code = i.instance_code and d.periode = t.periode
where i.nature not in ('axe_de_travail', 'observatoire') and (t.due or d.instance_code is not null)
