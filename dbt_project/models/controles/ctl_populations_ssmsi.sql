-- The population that the SSMSI writes beside its facts says whose rows they are: it is that of the Insee for this
-- place, exactly, in every publication. Against the Insee's own figure, the publications before, and the sum of the
-- communes, which a commune that is shared or lacking moves by some tenths of a percent.
with publiees as (
    select livraison_id, millesime, 'DEP-' || code_departement as territoire_code, population_millesime as recensement,
        population::double as population, count(*) as n
    from {{ ref('stg_ssmsi__base') }}
    where population is not null
    group by all
),

sommes as (
    select 'DEP-' || code_departement as territoire_code, recensement, sum(population)::double as population
    from {{ ref('int_populations_attendues') }}
    group by all
    having count(population) = count(*)
),

insee as (
    select territoire_code, recensement, max(population)::double as population
    from {{ ref('stg_insee__populations_officielles') }}
    where territoire_code like 'DEP-%' and population is not null
    group by all
),

anterieures as (
    select p.livraison_id, p.territoire_code, p.recensement, max_by(a.population, a.millesime) as population
    from publiees as p
    inner join publiees as a
        on a.territoire_code = p.territoire_code and a.recensement = p.recensement and a.millesime < p.millesime
    group by all
),

-- What the Insee says stands before what an earlier publication repeats of it.
comparees as (
    select p.livraison_id, p.millesime, p.territoire_code, p.recensement, p.population, i.population as reference, 0 as part
    from publiees as p
    inner join insee as i on i.territoire_code = p.territoire_code and i.recensement = p.recensement
    union all
    select p.livraison_id, p.millesime, p.territoire_code, p.recensement, p.population, a.population, 0
    from publiees as p
    inner join anterieures as a
        on a.livraison_id = p.livraison_id and a.territoire_code = p.territoire_code and a.recensement = p.recensement
    left join insee as i on i.territoire_code = p.territoire_code and i.recensement = p.recensement
    where i.territoire_code is null
    union all
    select p.livraison_id, p.millesime, p.territoire_code, p.recensement, p.population, s.population,
        {{ seuil('POPULATION_SSMSI', 'communes') }}
    from publiees as p
    inner join sommes as s on s.territoire_code = p.territoire_code and s.recensement = p.recensement
),

mesurees as (
    select *, case when abs(population - reference) > part * reference then 1 else 0 end as autre,
        abs(population - reference) as distance
    from comparees
),

-- Rows that are exchanged are those of two départements: one sum that differs alone is a fault of its communes.
jugees as (
    select *, autre = 1 and (part = 0 or sum(case when part > 0 then autre else 0 end) over (
        partition by livraison_id, recensement
    ) > 1) as d_un_autre
    from mesurees
),

exemples as (
    select *, row_number() over (
        partition by livraison_id, territoire_code order by distance desc, recensement
    ) as du_lieu
    from jugees
    where d_un_autre
),

nommes as (
    select e.*, t.libelle, row_number() over (partition by e.livraison_id order by e.territoire_code) as rang
    from exemples as e
    inner join {{ ref('int_territoires') }} as t on t.territoire_code = e.territoire_code
    where e.du_lieu = 1
),

dits as (
    select livraison_id, count(*) as n, {{ en_liste(
        "case when rang <= 3 then libelle || ' (recensement de ' || recensement::string || ' : '"
        ~ " || population::bigint::string || ' habitants, et non ' || reference::bigint::string || ')' end",
        "' ; '", 'rang'
    ) }} as exemples
    from nommes
    group by livraison_id
),

fichiers as (
    select livraison_id, max(millesime) as millesime, count(distinct territoire_code) as n
    from comparees
    group by livraison_id
)

select 'POPULATION_SSMSI' as regle_code, 'ssmsi_base' as source, {{ sans_objet() }}, f.millesime as periode,
    coalesce(d.exemples, '') as detail,
    -- Counted: a publication without an exception has none.
    case when d.n is null then 0 else d.n end as observe, f.n as attendu,
    case when d.n is null then 0 else d.n end::double as ecart, f.livraison_id as livraisons
from fichiers as f
left join dits as d on d.livraison_id = f.livraison_id
