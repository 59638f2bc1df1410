-- A zone, an arrondissement, the group or the département answer when every service that is owed there has answered: those
-- of the first day of the month, and whoever opened in it and sent its own.
with envoyeurs as (
    select distinct territoire_code, annee, mois from {{ ref('int_retours_services') }} where territoire_code is not null
),

attendus as (
    select s.territoire_code, r.annee, r.mois, make_date(r.annee, r.mois, 1) as debut,
        {{ fin_de_mois('make_date(r.annee, r.mois, 1)') }} as fin, s.deplace, min(s.libelle) as libelle
    from {{ ref('int_services_en_vigueur') }} as s
    inner join (select distinct annee, mois from {{ ref('int_retours_services') }}) as r
        on s.periode_type = 'mois' and s.periode = {{ mois_de('r.annee', 'r.mois') }}
    inner join (select distinct code_departement from {{ ref('int_retours_services') }}) as d
        on d.code_departement = s.code_departement
    left join envoyeurs as e on e.territoire_code = s.territoire_code and e.annee = r.annee and e.mois = r.mois
    group by s.territoire_code, r.annee, r.mois, s.deplace
    having max(case when s.au_premier_jour or e.territoire_code is not null then 1 end) = 1
),

series as (
    select distinct indicateur_code, ventilation_type, ventilation_code from {{ ref('int_retours_services') }}
),

services as (
    select i.indicateur_code, i.ventilation_type, i.ventilation_code, a.annee, a.mois, a.debut, a.fin, a.deplace, a.libelle,
        a.territoire_code, r.valeur, r.motif_code, r.motif, r.livraisons
    from attendus as a
    cross join series as i
    left join {{ ref('int_retours_services') }} as r
        on r.indicateur_code = i.indicateur_code and r.ventilation_type = i.ventilation_type
        and r.ventilation_code = i.ventilation_code and r.territoire_code = a.territoire_code
        and r.annee = a.annee and r.mois = a.mois
),

membres as (
    select distinct s.*, g.territoire_code as groupe_code
    from services as s
    inner join {{ ref('int_groupes_services') }} as g
        on g.composante_code = s.territoire_code and g.valide_de <= s.fin and (g.valide_a is null or g.valide_a >= s.debut)
),

-- The month of a service that changed arrondissement within it is of neither.
sommes as (
    select indicateur_code, ventilation_type, ventilation_code, annee, mois, groupe_code as territoire_code,
        case
            when count(valeur) = count(*) and max(case when deplace and groupe_code like 'ARR-%' then 1 end) is null
                then sum(valeur)
        end as valeur,
        max(motif_code) as motif_code,
        substr(max(motif_code || ' ' || libelle || ' : ' || motif), length(max(motif_code)) + 2) as motif,
        {{ lot_de('livraisons') }} as livraisons
    from membres
    group by indicateur_code, ventilation_type, ventilation_code, annee, mois, groupe_code
),

-- A département whose services no list describes has the sum of those that it sent; a force that has no zone there
-- counts in the département alone.
sans_liste as (
    select r.*, case r.force when 'police' then 'ZPN-' else 'ZGN-' end || r.code_departement as zone_code
    from {{ ref('int_retours_services') }} as r
    left join (select distinct code_departement from {{ ref('services') }}) as d on d.code_departement = r.code_departement
    where d.code_departement is null
),

lots_departement as (
    select table_nom, annee, mois, code_departement, {{ lot_de('livraison_id') }} as livraisons
    from {{ ref('int_retours_envois') }}
    group by all
),

departements as (
    select indicateur_code, ventilation_type, ventilation_code, annee, mois, code_departement,
        case when count(valeur) = count(*) then sum(valeur) end as valeur, min(motif_code) as motif_code,
        min(motif) as motif
    from sans_liste
    group by all
),

zones as (
    select s.indicateur_code, s.ventilation_type, s.ventilation_code, s.annee, s.mois, s.zone_code as territoire_code,
        s.valeur, s.motif_code, s.motif, s.livraisons
    from sans_liste as s
    inner join {{ ref('int_zones') }} as z on z.territoire_code = s.zone_code
    union all
    select d.indicateur_code, d.ventilation_type, d.ventilation_code, d.annee, d.mois, 'DEP-' || d.code_departement, d.valeur,
        d.motif_code, d.motif, l.livraisons
    from departements as d
    inner join lots_departement as l
        on l.annee = d.annee and l.mois = d.mois and l.code_departement = d.code_departement
        and l.table_nom = case d.indicateur_code when 'TRANQUILLITE' then 'tranquillite' else 'faits' end
)

select indicateur_code, ventilation_type, ventilation_code, annee, mois, territoire_code, valeur, motif_code, motif, livraisons
from services
union all
select * from sommes
union all
select * from zones
