-- Which communes a census counted, as far as what was received tells: those of the geography of two years later, in
-- which its figures are published, or those of the files when they add up to the official figure; else today's with
-- those that ended since; else today's for the last census of the files. What is left is today's with their former parts,
-- and that list is not known to be whole: a commune that merged without becoming a delegated one is in no list of today.
with recensements as (
    select r.*, max(r.recensement) over (partition by r.code_departement) as dernier
    from (select distinct code_departement, recensement from {{ ref('int_populations_communes') }}) as r
),

geographies as (
    select code_departement, annee, code_commune, 1 as rang from {{ ref('stg_insee__geographie') }}
    union
    select code_departement, try_cast(edition as integer), code_commune, 2
    from {{ ref('stg_insee__communes') }}
    where type_commune = 'COM' and edition <> ''
),

justes as (
    select p.code_departement, p.recensement
    from {{ ref('int_populations_communes') }} as p
    inner join {{ ref('int_populations_officielles') }} as o
        on o.territoire_code = 'DEP-' || p.code_departement and o.millesime = p.recensement and o.nature = 'population'
    group by all
    having count(p.population) = count(*) and sum(p.population) = max(o.valeur)
),

connues as (
    select p.code_departement, p.recensement, p.code_commune, 0 as rang
    from {{ ref('int_populations_communes') }} as p
    inner join justes as j on j.code_departement = p.code_departement and j.recensement = p.recensement
    union all
    select r.code_departement, r.recensement, g.code_commune, g.rang
    from recensements as r
    inner join geographies as g on g.code_departement = r.code_departement and g.annee = r.recensement + 2
    union all
    select r.code_departement, r.recensement, c.code_commune, 3
    from recensements as r
    inner join {{ ref('int_communes_reference') }} as c on c.code_departement = r.code_departement
    where exists (select 1 from {{ ref('int_fins_communes') }})
    union all
    select r.code_departement, r.recensement, f.code_commune, 3
    from recensements as r
    inner join {{ ref('int_fins_communes') }} as f
        on {{ departement_du_code('f.code_commune') }} = r.code_departement
        and f.date_effet > make_date(r.recensement + 2, 1, 1)
    union all
    select r.code_departement, r.recensement, c.code_commune, case when r.recensement = r.dernier then 4 else 5 end
    from recensements as r
    inner join {{ ref('int_communes_reference') }} as c on c.code_departement = r.code_departement
    union all
    select r.code_departement, r.recensement, c.code_commune, 5
    from recensements as r
    inner join {{ ref('stg_insee__communes') }} as c
        on {{ departement_du_code('c.code_commune') }} = r.code_departement
        and c.type_commune in ('COMD', 'COMA') and c.retenue
)

select distinct code_departement, recensement, code_commune, meilleur < 5 as liste_entiere
from (
    select *, min(rang) over (partition by code_departement, recensement) as meilleur from connues
) as classees
where rang = meilleur
