-- The lines of services.csv, year by year and month by month: a service that closes, reopens, moves to another
-- arrondissement or changes its name is a line closed and a line opened. Whatever joins a service reads them here.
with dates as (
    select annee, mois from {{ ref('stg_service_returns__faits') }}
    union
    select annee, mois from {{ ref('stg_service_returns__tranquillite') }}
),

periodes as (
    select 'annee' as periode_type, annee::string as periode, make_date(annee, 1, 1) as debut, make_date(annee, 12, 31) as fin
    from (select annee from {{ ref('int_annees') }} union select annee from dates) as annees
    union
    select 'mois', {{ mois_de('annee', 'mois') }}, make_date(annee, mois, 1), {{ fin_de_mois('make_date(annee, mois, 1)') }}
    from dates
    union
    select periode_type, periode, periode_debut, periode_fin
    from {{ source('raw', 'calendrier') }}
    where source = 'service_returns' and periode_type = 'mois'
),

lignes as (
    select
        p.periode_type, p.periode, p.debut, p.fin, s.territoire_code, s.code_departement, s.force, s.perimetre, s.service, s.libelle,
        'ARR-' || case when s.code_arrondissement is not null then s.code_arrondissement else s.code_departement || '-NR' end
            as arrondissement_code,
        s.zone_code, s.attendu_etat4001, s.valide_de,
        s.valide_de <= p.debut as au_premier_jour
    from {{ ref('services') }} as s
    inner join periodes as p on s.valide_de <= p.fin and (s.valide_a is null or s.valide_a >= p.debut)
)

select
    periode_type, periode, debut, fin, territoire_code, code_departement, force, perimetre, service, libelle, arrondissement_code,
    zone_code, attendu_etat4001, au_premier_jour,
    row_number() over (partition by territoire_code, periode_type, periode order by valide_de desc) = 1 as derniere,
    row_number() over (
        partition by territoire_code, service, perimetre, periode_type, periode order by valide_de desc
    ) = 1 as nommee,
    min(arrondissement_code) over (partition by territoire_code, periode_type, periode)
        <> max(arrondissement_code) over (partition by territoire_code, periode_type, periode) as deplace
from lignes
