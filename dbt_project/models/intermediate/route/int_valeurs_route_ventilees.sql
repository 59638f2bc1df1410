-- Victims and accidents of the instance's département by class of road user, age and journey: an accident counts in a
-- class as soon as one of its users is of it.
with usagers as (
    select u.*, a.code_departement, a.arrondissement_code
    from {{ ref('int_usagers') }} as u
    inner join {{ ref('int_accidents') }} as a on a.num_acc = u.num_acc
    inner join {{ source('raw', 'instance') }} as ici on ici.code_departement = a.code_departement
),

classes as (
    select num_acc, annee, gravite, code_departement, arrondissement_code, 'usager' as ventilation_type, usager as ventilation_code from usagers
    union all
    select num_acc, annee, gravite, code_departement, arrondissement_code, 'age', age from usagers
    union all
    select num_acc, annee, gravite, code_departement, arrondissement_code, 'trajet', trajet from usagers
),

places as (
    select c.*, 'DEP-' || c.code_departement as territoire_code from classes as c
    union all
    select c.*, c.arrondissement_code from classes as c where c.arrondissement_code is not null
),

comptes as (
    select territoire_code, annee, ventilation_type, ventilation_code,
        count(distinct num_acc) as accidents,
        count(case when gravite = 2 then 1 end) as tues,
        count(case when gravite = 3 then 1 end) as hospitalises,
        count(case when gravite = 4 then 1 end) as legers
    from places
    group by all
),

grille as (
    select t.territoire_code, u.annee, v.ventilation_type, v.ventilation_code, b.indicateur_code, b.mesure,
        c.livraisons || ',' || u.livraisons as livraisons
    from (
        select distinct territoire_code from places
    ) as t
    cross join {{ ref('int_annees_route') }} as u
    inner join {{ ref('int_annees_route') }} as c on c.annee = u.annee and c.table_nom = 'caracteristiques'
    left join {{ ref('int_annees_route') }} as w on w.annee = u.annee and w.table_nom = 'vehicules'
    cross join {{ ref('ventilations') }} as v
    inner join {{ ref('baac') }} as b on b.mesure in ('accidents', 'tues', 'hospitalises', 'legers')
    where u.table_nom = 'usagers' and v.source = 'baac' and v.ventilation_type in ('usager', 'age', 'trajet')
        and (v.ventilation_type <> 'usager' or w.annee is not null)
)

select g.indicateur_code, g.territoire_code, 'annee' as periode_type, g.annee::string as periode,
    make_date(g.annee, 1, 1) as periode_debut, g.ventilation_type, g.ventilation_code, 'baac' as source,
    (case
        when c.annee is null then 0
        else case g.mesure
            when 'accidents' then c.accidents
            when 'tues' then c.tues
            when 'hospitalises' then c.hospitalises
            when 'legers' then c.legers
        end
    end)::decimal(18, 2) as valeur,
    'A' as statut, cast(null as string) as motif_code, cast(null as string) as motif, g.livraisons
from grille as g
left join comptes as c
    on c.territoire_code = g.territoire_code and c.annee = g.annee
    and c.ventilation_type = g.ventilation_type and c.ventilation_code = g.ventilation_code
