-- The communes of each census of this département against the figure that the Insee gives for it.
with communes as (
    select p.code_departement, p.recensement, sum(p.population) as somme,
        min(case when p.population is null then p.code_commune end) as manquante,
        count(case when p.population is null then 1 end) as n_manquantes
    from {{ ref('int_populations_attendues') }} as p
    inner join {{ source('raw', 'instance') }} as ici on ici.code_departement = p.code_departement
    group by all
)

select 'POPULATION_COMMUNES' as regle_code, 'insee_populations' as source,
    {{ sans_objet("'DEP-' || c.code_departement") }}, c.recensement::string as periode,
    case when c.n_manquantes > 0 then ' ; ' || c.n_manquantes::string || ' sans chiffre, dont ' || c.manquante else '' end
        as detail,
    c.somme as observe, o.valeur as attendu, abs(c.somme - o.valeur)::double as ecart,
    cast(null as string) as livraisons
from communes as c
inner join {{ ref('int_populations_officielles') }} as o
    on o.territoire_code = 'DEP-' || c.code_departement and o.millesime = c.recensement and o.nature = 'population'
where c.somme is not null
union all
select 'POPULATION_SANS_ANNEE', 'insee_populations', {{ sans_objet() }}, cast(null as string), l.nom, 1, 0,
    case when {{ edition_ou_annee('m') }} = '' then 1 else 0 end, m.livraison_id
from {{ source('raw', 'manifeste') }} as m
inner join {{ source('raw', 'livraisons') }} as l on l.livraison_id = m.livraison_id
where m.source = 'insee' and m.table_nom in ('populations_communes', 'populations_departements', 'populations_regions')
group by l.nom, m.edition, m.geographie, m.livraison_id
