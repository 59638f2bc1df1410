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
)

select
    m.action_code,
    m.action_a_mener_code,
    m.texte,
    m.echeance,
    m.echeance_imprimee,
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
left join declares as d on d.action_a_mener_code = m.action_a_mener_code and d.periode = c.periode
left join (select distinct source, periode from {{ ref('int_periodes_excusees') }} where objet_type = '') as s
    on s.source = c.source and s.periode = c.periode
left join {{ ref('int_periodes_excusees') }} as f
    on f.source = c.source and f.periode = c.periode and f.objet_type = 'fiche' and f.objet_code = m.action_code
where c.due or d.etat is not null
