-- The BAAC tables of one year against one another, in this département; the accidents of no known commune; and those of
-- any département whose commune is in another.
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
),

-- Where the communes of a département are known.
codes as (
    select a.annee, a.code_departement, a.code_commune, count(*) as n,
        max(case when p.code_commune is null or p.departement_actuel <> a.code_departement
            or {{ departement_du_code('a.code_commune') }} <> a.code_departement then 1 else 0 end) as ailleurs,
        max(a.livraison_id) as livraison_id
    from {{ ref('stg_road_safety__accidents') }} as a
    inner join (select distinct code_departement from {{ ref('int_communes_reference') }}) as d
        on d.code_departement = a.code_departement
    left join {{ ref('int_passages_communes') }} as p
        on p.code_commune = a.code_commune and a.date_accident between p.valide_de and p.valide_a
    group by a.annee, a.code_departement, a.code_commune
),

departements as (
    select annee, 'DEP-' || code_departement as territoire_code, 'departement' as limite, sum(n) as n,
        sum(n * ailleurs) as n_ailleurs, max_by(code_commune, ailleurs * n) as exemple,
        {{ lot_de('livraison_id') }} as livraisons
    from codes
    group by annee, code_departement
    union all
    select annee, 'FRA', 'france', sum(n), sum(n * ailleurs), max_by(code_commune, ailleurs * n),
        {{ lot_de('livraison_id') }}
    from codes
    group by annee
    having count(distinct code_departement) > 50
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
union all
select 'ACCIDENTS_DEPARTEMENT', 'baac', {{ sans_objet('d.territoire_code') }}, d.annee::string, d.exemple, d.n_ailleurs, d.n,
    d.n_ailleurs / nullif(d.n, 0) / nullif(s.valeur, 0), d.livraisons
from departements as d
inner join {{ source('raw', 'seuils') }} as s on s.regle_code = 'ACCIDENTS_DEPARTEMENT' and s.parametre = d.limite
where d.n >= {{ seuil('ACCIDENTS_DEPARTEMENT', 'effectif_min') }}
