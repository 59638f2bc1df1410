-- The population of each commune that a census counted, beside today's commune; Paris, Lyon and Marseille may come by
-- arrondissement municipal. None: the files do not hold it.
with arrondissements as (
    select a.commune_parente as code_commune, p.recensement,
        case when count(p.population) = max(a.n) then sum(p.population)::bigint end as population
    from (
        select code_commune, commune_parente, count(*) over (partition by commune_parente) as n
        from {{ ref('stg_insee__communes') }}
        where retenue and type_commune = 'ARM'
    ) as a
    inner join {{ ref('int_populations_communes') }} as p on p.code_commune = a.code_commune
    group by all
)

select
    a.code_departement,
    a.recensement,
    a.code_commune,
    t.code_actuel,
    a.liste_entiere,
    case when p.population is not null then p.population else m.population end as population
from {{ ref('int_communes_attendues') }} as a
left join {{ ref('int_populations_communes') }} as p
    on p.code_commune = a.code_commune and p.recensement = a.recensement
left join arrondissements as m on m.code_commune = a.code_commune and m.recensement = a.recensement
left join {{ ref('int_passages_communes') }} as t
    on t.code_commune = a.code_commune and make_date(a.recensement + 2, 1, 1) between t.valide_de and t.valide_a
