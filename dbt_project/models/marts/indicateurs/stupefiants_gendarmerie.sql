-- The plan's table D counts the whole departmental group, its road-safety squadron included. The ministry's workbook
-- lists companies only, so with it alone the squadron, and then the group, have no value.
with unites as (
    select s.territoire_code, s.libelle, s.rang
    from (
        select
            territoire_code,
            libelle,
            code_departement,
            force,
            1 + row_number() over (
                partition by code_departement order by attendu_etat4001 desc, territoire_code
            ) as rang
        from {{ ref('services') }}
        where force = 'gendarmerie'
    ) as s
    inner join {{ source('raw', 'instance') }} as ici on ici.code_departement = s.code_departement
),

annees as (
    select distinct annee from {{ ref('int_annees') }} where force = 'gendarmerie'
),

services as (
    select
        u.rang,
        u.territoire_code,
        u.libelle as unite_gendarmerie,
        a.annee,
        v.valeur,
        case when v.valeur is null then coalesce(v.motif_code, 'hors_source') end as motif_code,
        case
            when v.valeur is null
                then coalesce(v.motif, u.libelle || ' : cette unité ne figure pas dans le classeur du ministère')
        end as motif,
        v.statut,
        v.lot_livraisons
    from unites as u
    cross join annees as a
    left join {{ ref('int_valeurs_4001') }} as v
        on v.territoire_code = u.territoire_code and v.annee = a.annee and v.indicateur_code = 'STUPEFIANTS_4001'
),

groupement as (
    select
        1::bigint as rang,
        'ZGN-' || ici.code_departement as territoire_code,
        'Groupement de gendarmerie départementale (GGD ' || ici.code_departement || ')' as unite_gendarmerie,
        a.annee,
        case when count(s.annee) > 0 and count(s.valeur) = count(s.annee) then sum(s.valeur)::bigint end as valeur,
        case
            when count(s.annee) = 0 then 'hors_source'
            when count(s.valeur) < count(s.annee) then 'composante_manquante'
        end as motif_code,
        case
            when count(s.annee) = 0 then 'Les unités de gendarmerie de ce département ne sont pas dans services.csv'
            when count(s.valeur) < count(s.annee)
                then 'Sans valeur : ' || string_agg(s.unite_gendarmerie, ', ' order by s.rang)
                    filter (where s.valeur is null)
        end as motif,
        max(s.statut) as statut,
        max(l.lot_livraisons) as lot_livraisons
    from {{ source('raw', 'instance') }} as ici
    cross join annees as a
    left join services as s on s.annee = a.annee
    left join {{ ref('int_lots_territoire') }} as l
        on l.territoire_code = 'ZGN-' || ici.code_departement and l.annee = a.annee
    group by all
),

toutes as (
    select rang, territoire_code, unite_gendarmerie, annee, valeur, motif_code, motif, statut, lot_livraisons
    from groupement
    union all
    select rang, territoire_code, unite_gendarmerie, annee, valeur, motif_code, motif, statut, lot_livraisons
    from services
)

select
    annee::varchar as periode,
    rang::integer as rang,
    territoire_code,
    unite_gendarmerie,
    valeur::decimal(18, 2) as valeur,
    'faits constatés' as unite,
    'etat4001_services' as source,
    case when valeur is null then 'M' else coalesce(statut, 'A') end as statut,
    motif_code,
    motif,
    case when valeur is not null then lot_livraisons end as lot_livraisons
from toutes
