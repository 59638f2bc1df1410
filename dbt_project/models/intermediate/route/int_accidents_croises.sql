-- Accidents and victims of the instance's département by class of road user, age class and month: an accident counts in a
-- cell as soon as one of its users is of it, so that cells add up to the margins for victims alone, and margins are
-- counted, not added. A month without a case is 0; a year without the table that a class is read from is missing.
with usagers as (
    select u.num_acc, u.annee, a.mois, u.gravite, u.usager, u.age, a.code_departement, a.arrondissement_code
    from {{ ref('int_usagers') }} as u
    inner join {{ ref('int_accidents') }} as a on a.num_acc = u.num_acc
    inner join {{ source('raw', 'instance') }} as ici on ici.code_departement = a.code_departement
),

places as (
    select u.*, 'DEP-' || u.code_departement as territoire_code from usagers as u
    union all
    select u.*, u.arrondissement_code from usagers as u where u.arrondissement_code is not null
),

marges as (
    select territoire_code, annee, mois, num_acc, gravite, usager, age from places
    union all
    select territoire_code, annee, mois, num_acc, gravite, usager, 'total' from places
    union all
    select territoire_code, annee, mois, num_acc, gravite, 'total', age from places
    union all
    select territoire_code, annee, mois, num_acc, gravite, 'total', 'total' from places
),

comptes as (
    select territoire_code, annee, mois, usager, age,
        count(distinct num_acc) as accidents,
        count(case when gravite = 2 then 1 end) as tues,
        count(case when gravite = 3 then 1 end) as blesses_hospitalises,
        count(case when gravite = 4 then 1 end) as blesses_legers
    from marges
    group by territoire_code, annee, mois, usager, age
),

classes as (
    select ventilation_type, ventilation_code from {{ ref('ventilations') }} where source = 'baac'
    union all
    select distinct ventilation_type, 'total' from {{ ref('ventilations') }} where source = 'baac'
),

mois as (
    select row_number() over (order by territoire_code) as mois from {{ ref('int_zones') }} order by mois limit 12
),

grille as (
    select t.territoire_code, c.annee, m.mois, u.ventilation_code as usager, a.ventilation_code as age,
        case
            when q.annee is null then 'usagers'
            when w.annee is null and u.ventilation_code <> 'total' then 'vehicules'
        end as table_absente,
        case when q.annee is null then c.livraisons else c.livraisons || ',' || q.livraisons end as livraisons
    from (select distinct territoire_code from places) as t
    inner join {{ ref('int_annees_route') }} as c on c.table_nom = 'caracteristiques'
    cross join mois as m
    inner join classes as u on u.ventilation_type = 'usager'
    inner join classes as a on a.ventilation_type = 'age'
    left join {{ ref('int_annees_route') }} as q on q.annee = c.annee and q.table_nom = 'usagers'
    left join {{ ref('int_annees_route') }} as w on w.annee = c.annee and w.table_nom = 'vehicules'
)

select g.territoire_code, g.annee, g.mois, g.usager, g.age, g.table_absente, g.livraisons,
    {%- for mesure in ['accidents', 'tues', 'blesses_hospitalises', 'blesses_legers'] %}
    case when g.table_absente is null then case when c.annee is null then 0 else c.{{ mesure }} end end as {{ mesure }}
    {{- "," if not loop.last }}
    {%- endfor %}
from grille as g
left join comptes as c
    on c.territoire_code = g.territoire_code and c.annee = g.annee and c.mois = g.mois and c.usager = g.usager
    and c.age = g.age
