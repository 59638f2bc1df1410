-- The states that pilots declare, and those that they owe: before the home's start, those that they declared.
with declares as (
    select
        code_departement,
        action_a_mener_code,
        annee::string || '-T' || trimestre::string as periode,
        etat,
        etat_date,
        livraison_id as livraisons
    from {{ ref('stg_action_followup__actions') }}
),

-- A due date that was decided holds until another is.
decidees as (
    select
        d.action_a_mener_code,
        d.annee::string || '-T' || d.trimestre::string as depuis,
        d.echeance_decidee,
        lead(d.annee::string || '-T' || d.trimestre::string) over (
            partition by d.action_a_mener_code order by d.annee, d.trimestre
        ) as suivante
    from {{ ref('stg_action_followup__actions') }} as d
    where d.echeance_decidee is not null
)

select
    m.action_code,
    m.action_a_mener_code,
    m.texte,
    m.echeance,
    m.echeance_imprimee,
    k.echeance_decidee,
    case when k.echeance_decidee is not null then k.echeance_decidee else m.echeance end as echeance_retenue,
    case
        when d.etat in ('fait', 'abandonne') then null
        when case when k.echeance_decidee is not null then k.echeance_decidee else m.echeance end <= c.periode_fin
            then case when d.etat is null then 'etat_inconnu' else 'en_retard' end
        when m.valide_a <= c.periode_fin then 'terme_du_plan'
    end as retard,
    c.periode,
    c.periode_debut,
    c.periode_fin,
    d.etat,
    d.etat_date,
    case when d.etat is null then 'M' else 'A' end as statut,
    case when d.etat is not null then null when s.source is not null or f.source is not null then 'excuse'
        else 'non_recu' end as motif_code,
    case when d.etat is not null then null
        when s.source is not null or f.source is not null then c.source || ' ' || c.periode || ' : excusé, ce n''est plus attendu'
        else c.source || ' ' || c.periode || ' : livraison attendue pour le '
        || {{ date_fr('c.echeance') }} || ', non reçue' end as motif,
    c.statistique as source,
    d.livraisons,
    case when d.livraisons is not null then substr(md5(d.livraisons), 1, 12) end as lot_livraisons
from {{ du_plan('actions_a_mener') }} as m
inner join (
    select source, statistique, periode_type, periode, periode_debut, periode_fin, echeance, due from {{ source('raw', 'calendrier') }}
    where statistique = 'suivi_actions'
) as c
    on m.valide_de <= c.periode_fin
    and (m.valide_a is null or m.valide_a >= c.periode_fin)
left join decidees as k
    on k.action_a_mener_code = m.action_a_mener_code and k.depuis <= c.periode
    and (k.suivante is null or k.suivante > c.periode)
left join declares as d on d.action_a_mener_code = m.action_a_mener_code and d.periode = c.periode
left join (select distinct source, periode from {{ ref('int_periodes_excusees') }} where objet_type = '') as s
    on s.source = c.source and s.periode = c.periode
left join {{ ref('int_periodes_excusees') }} as f
    on f.source = c.source and f.periode = c.periode and f.objet_type = 'fiche' and f.objet_code = m.action_code
where c.due or d.etat is not null
