-- Each accident with its victims (NULL in a year without users' table) and where it stands today in the instance's
-- département: the commune that its code leads to, and its arrondissement. What leads nowhere, or out of the département
-- that the file counts it in, or to a commune that was not there yet, is attached to none.
with victimes as (
    select
        num_acc,
        count(case when gravite = 2 then 1 end) as tues,
        count(case when gravite = 3 then 1 end) as hospitalises,
        count(case when gravite = 4 then 1 end) as legers,
        max(case when categorie_usager = 1 and trajet in (1, 4) then 1 else 0 end) as professionnels
    from {{ ref('stg_road_safety__usagers') }}
    group by num_acc
),

niveaux as (
    select ici.code_departement, count(c.code_commune) > 0 as communes, count(c.arrondissement_code) > 0 as arrondissements
    from {{ source('raw', 'instance') }} as ici
    cross join {{ ref('int_communes') }} as c
    group by all
),

absentes as (
    select code_commune, du, au from {{ ref('int_communes_comptables') }} where cause = 'absente'
),

lieux as (
    select a.num_acc, c.arrondissement_code, c.territoire_code as commune_territoire
    from {{ ref('stg_road_safety__accidents') }} as a
    inner join niveaux as n on n.code_departement = a.code_departement
    inner join {{ ref('int_passages_communes') }} as p
        on p.code_commune = a.code_commune and a.date_accident between p.valide_de and p.valide_a
    inner join {{ ref('int_communes') }} as c on c.code_commune = p.code_actuel
    left join absentes as x
        on x.code_commune = c.code_commune and a.annee between year(x.du) and year(x.au)
    where x.code_commune is null
)

select
    a.num_acc,
    a.annee,
    a.mois,
    a.code_departement,
    a.code_commune,
    case
        when l.arrondissement_code is not null then l.arrondissement_code
        when n.arrondissements then 'ARR-' || a.code_departement || '-NR'
    end as arrondissement_code,
    case
        when l.commune_territoire is not null then l.commune_territoire
        when n.communes then 'COM-' || a.code_departement || '-NR'
    end as commune_territoire,
    1 as accidents,
    v.tues,
    v.hospitalises,
    v.legers,
    case when v.tues + v.hospitalises > 0 then 1 when v.num_acc is not null then 0 end as graves,
    v.professionnels
from {{ ref('stg_road_safety__accidents') }} as a
left join victimes as v on v.num_acc = a.num_acc
left join lieux as l on l.num_acc = a.num_acc
left join niveaux as n on n.code_departement = a.code_departement
