-- The BAAC tables of one year against one another, in this département, and the accidents of no known commune.
with annees as (
    select annee from {{ ref('int_annees_route') }} where table_nom = 'usagers'
),

accidents as (
    select a.annee, a.code_departement, a.num_acc, max(case when u.num_acc is not null then 1 else 0 end) as a_un_usager,
        max(a.livraison_id) as livraison_id
    from {{ ref('stg_road_safety__accidents') }} as a
    inner join annees as n on n.annee = a.annee
    inner join {{ source('raw', 'instance') }} as ici on ici.code_departement = a.code_departement
    left join {{ ref('stg_road_safety__usagers') }} as u on u.annee = a.annee and u.num_acc = a.num_acc
    group by all
),

places as (
    select a.annee, a.code_departement, a.code_commune, a.commune_territoire, count(*) as n
    from {{ ref('int_accidents') }} as a
    where a.commune_territoire is not null
    group by all
)

select 'BAAC_SANS_USAGER' as regle_code, 'baac' as source, {{ sans_objet("'DEP-' || code_departement") }},
    annee::string as periode, cast(null as string) as detail, count(*) - sum(a_un_usager) as observe, 0 as attendu,
    (count(*) - sum(a_un_usager))::double as ecart, {{ lot_de('livraison_id') }} as livraisons
from accidents
group by annee, code_departement
union all
select 'ACCIDENTS_NON_RATTACHES', 'baac', {{ sans_objet("'DEP-' || code_departement") }}, annee::string,
    max_by(code_commune, case when commune_territoire like '%-NR' then n else 0 end),
    sum(case when commune_territoire like '%-NR' then n else 0 end), sum(n),
    sum(case when commune_territoire like '%-NR' then n else 0 end), cast(null as string)
from places
group by annee, code_departement
