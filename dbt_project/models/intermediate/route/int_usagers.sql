-- Each user of the département of the home, with the vehicle that he was in and the classes of the plan: of road users, of
-- ages, of journeys. Nothing is published by class of the other départements, so their users are not joined to vehicles.
-- A few dozen categories are put in their class once, and not for each user.
with ici as (
    select a.num_acc
    from {{ ref('stg_road_safety__accidents') }} as a
    inner join {{ source('raw', 'instance') }} as n on n.code_departement = a.code_departement
),

vehicules as (
    select v.num_acc, v.num_veh, v.categorie_vehicule
    from {{ ref('stg_road_safety__vehicules') }} as v
    inner join ici on ici.num_acc = v.num_acc
),

classes as (
    select v.categorie_vehicule, b.ventilation_code
    from (select distinct categorie_vehicule from vehicules) as v
    inner join {{ ref('baac_vehicules') }} as b on v.categorie_vehicule between b.catv_de and b.catv_a
)

select
    u.livraison_id,
    u.feuille,
    u.ligne,
    u.colonne,
    u.num_acc,
    u.annee,
    u.gravite,
    case
        when u.categorie_usager in (3, 4) then 'pieton'
        when c.ventilation_code is null then 'autre'
        else c.ventilation_code
    end as usager,
    case
        when u.age is null then 'inconnu'
        when u.age <= 13 then '0-13'
        when u.age <= 17 then '14-17'
        when u.age <= 24 then '18-24'
        when u.age <= 29 then '25-29'
        when u.age <= 64 then '30-64'
        when u.age <= 74 then '65-74'
        else '75+'
    end as age,
    case u.trajet
        when 1 then 'domicile_travail'
        when 2 then 'domicile_ecole'
        when 3 then 'courses'
        when 4 then 'professionnel'
        when 5 then 'loisirs'
        else 'autre'
    end as trajet,
    u.categorie_usager = 1 and u.trajet in (1, 4) as conducteur_professionnel,
    v.num_veh is not null as vehicule_connu
from {{ ref('stg_road_safety__usagers') }} as u
inner join ici on ici.num_acc = u.num_acc
left join vehicules as v on v.num_acc = u.num_acc and v.num_veh = u.num_veh
left join classes as c on c.categorie_vehicule = v.categorie_vehicule
