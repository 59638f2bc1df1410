-- Whether the units that are read from deliveries (services, force zones) have what they need, year by year.
with observes as (
    select distinct annee, territoire_code from {{ ref('int_faits_service') }}
),

services as (
    select
        s.territoire_code,
        s.zone_code,
        s.libelle,
        s.attendu_etat4001,
        a.annee,
        a.force,
        a.echeance,
        a.livraison_id,
        case
            when a.livraison_id is null and a.contradictoire then 'editions_contraires'
            when a.livraison_id is null and a.excusee then 'excuse'
            when a.livraison_id is null then 'non_recu'
            when o.territoire_code is null and not s.attendu_etat4001 then 'hors_source'
            when o.territoire_code is null then 'service_absent'
        end as motif_code
    from {{ ref('int_services_en_vigueur') }} as s
    inner join {{ ref('int_annees') }} as a
        on a.force = s.force and s.periode_type = 'annee' and s.periode = a.annee::string and s.derniere
    left join observes as o on o.territoire_code = s.territoire_code and o.annee = a.annee
),

absents as (
    select zone_code, annee, {{ en_liste('libelle', "', '", 'libelle') }} as noms
    from services
    where motif_code = 'service_absent'
    group by all
),

zones as (
    select
        z.territoire_code,
        a.annee,
        a.force,
        a.echeance,
        a.livraison_id,
        case when z.dans_le_classeur then absents.noms else 'Zone ' || z.force || ', ' || z.libelle end as noms,
        case
            when a.livraison_id is null and a.contradictoire then 'editions_contraires'
            when a.livraison_id is null and a.excusee then 'excuse'
            when a.livraison_id is null then 'non_recu'
            when f.code_departement is null and not z.dans_le_classeur then 'hors_source'
            when f.code_departement is null then 'territoire_absent'
            when absents.noms is not null then 'service_absent'
        end as motif_code
    from {{ ref('int_zones') }} as z
    inner join {{ ref('int_annees') }} as a on a.force = z.force
    left join (select distinct annee, code_departement, force from {{ ref('int_faits_departement') }}) as f
        on f.annee = a.annee and f.code_departement = z.code_departement and f.force = z.force
    left join absents on absents.zone_code = z.territoire_code and absents.annee = a.annee
),

groupements as (
    select g.groupement_code as territoire_code, a.annee, a.force, a.echeance, a.livraison_id
    from {{ ref('int_groupements') }} as g
    inner join {{ ref('int_annees') }} as a on a.force = 'gendarmerie'
    where g.territoire_code is null
),

unites as (
    select territoire_code, annee, force, echeance, livraison_id, libelle as noms, motif_code from services
    union all
    select territoire_code, annee, force, echeance, livraison_id, null, 'hors_source' from groupements
    union all
    select territoire_code, annee, force, echeance, livraison_id, noms, motif_code from zones
)

select
    territoire_code,
    annee,
    force,
    case when motif_code is null then livraison_id end as livraison_id,
    motif_code,
    case motif_code
        when 'excuse' then force || ' ' || annee || ' : excusé, ce n''est plus attendu'
        when 'non_recu' then force || ' ' || annee || ' : livraison attendue pour le '
            || {{ date_fr('echeance') }} || ', non reçue'
        when 'editions_contraires' then force || ' ' || annee
            || ' : deux livraisons de la même édition se contredisent, choisir celle qui compte (vigie choose)'
        when 'territoire_absent' then force || ' ' || annee || ' : le département ne figure pas dans la livraison '
            || livraison_id
        when 'hors_source' then coalesce(
            noms || ' : cette unité ne figure pas dans le classeur du ministère',
            'Les unités de gendarmerie de ce département ne sont pas dans services.csv'
        )
        when 'service_absent' then force || ' ' || annee || ' : absent de la livraison ' || livraison_id || ' : ' || noms
    end as motif
from unites
