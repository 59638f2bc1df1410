-- A zone, an arrondissement, the group or the département answer when every service that is owed there has answered.
with attendus as (
    select distinct s.territoire_code, s.code_departement, s.force, r.annee, r.mois
    from {{ ref('services') }} as s
    inner join (select distinct annee, mois from {{ ref('int_retours_services') }}) as r
        on make_date(r.annee, r.mois, 1) >= s.valide_de
        and (s.valide_a is null or make_date(r.annee, r.mois, 1) <= s.valide_a)
    inner join (select distinct code_departement from {{ ref('int_retours_services') }}) as d
        on d.code_departement = s.code_departement
),

indicateurs as (
    select distinct indicateur_code from {{ ref('int_retours_services') }}
),

services as (
    select i.indicateur_code, a.annee, a.mois, a.territoire_code, r.valeur, r.livraisons
    from attendus as a
    cross join indicateurs as i
    left join {{ ref('int_retours_services') }} as r
        on r.indicateur_code = i.indicateur_code and r.territoire_code = a.territoire_code
        and r.annee = a.annee and r.mois = a.mois
),

groupes as (
    select territoire_code as composante_code, zone_code as territoire_code from {{ ref('services') }}
    union all
    select territoire_code, 'DEP-' || code_departement from {{ ref('services') }}
    union all
    select territoire_code, 'ARR-' || code_arrondissement from {{ ref('services') }} where code_arrondissement is not null
    union all
    select territoire_code, groupement_code from {{ ref('int_groupements') }} where territoire_code is not null
),

sommes as (
    select s.indicateur_code, s.annee, s.mois, g.territoire_code,
        case when count(s.valeur) = count(*) then sum(s.valeur) end as valeur,
        {{ lot_de('s.livraisons') }} as livraisons
    from services as s
    inner join groupes as g on g.composante_code = s.territoire_code
    group by all
),

-- A département whose services no list describes has the sum of those that it sent.
sans_liste as (
    select r.indicateur_code, r.annee, r.mois, r.code_departement, r.force, r.valeur, r.livraisons
    from {{ ref('int_retours_services') }} as r
    left join (select distinct code_departement from {{ ref('services') }}) as d on d.code_departement = r.code_departement
    where d.code_departement is null
),

zones as (
    select indicateur_code, annee, mois,
        case force when 'police' then 'ZPN-' else 'ZGN-' end || code_departement as territoire_code,
        case when count(valeur) = count(*) then sum(valeur) end as valeur, {{ lot_de('livraisons') }} as livraisons
    from sans_liste
    group by all
    union all
    select indicateur_code, annee, mois, 'DEP-' || code_departement,
        case when count(valeur) = count(*) then sum(valeur) end, {{ lot_de('livraisons') }}
    from sans_liste
    group by all
),

toutes as (
    select * from services
    union all
    select * from sommes
    union all
    select * from zones
)

select indicateur_code, territoire_code, 'mois' as periode_type, {{ mois_de('annee', 'mois') }} as periode,
    make_date(annee, mois, 1) as periode_debut, 'total' as ventilation_type, 'total' as ventilation_code,
    'retours_services' as source, valeur::decimal(18, 2) as valeur, 'A' as statut,
    cast(null as varchar) as motif_code, cast(null as varchar) as motif, livraisons
from toutes
where valeur is not null
