-- Whether what came is whole: the four BAAC tables of a year against one another, and each table against the years
-- around it and against what the same period held before.
-- An accident is looked for in every table at once: each table that holds it adds its own bit.
with numeros as (
    select annee, num_acc, 1 as tables from {{ ref('stg_road_safety__accidents') }}
    union all
    select annee, num_acc, 2 from {{ ref('stg_road_safety__lieux') }}
    union all
    select annee, num_acc, 4 from {{ ref('stg_road_safety__vehicules') }}
    union all
    select annee, num_acc, 8 from {{ ref('stg_road_safety__usagers') }}
),

accidents as (
    select annee, num_acc, bit_or(tables) as tables from numeros group by annee, num_acc
),

profils as (
    select
        annee,
        case when (tables & 1) > 0 then 1 else 0 end as caracteristiques,
        case when (tables & 2) > 0 then 1 else 0 end as lieux,
        case when (tables & 4) > 0 then 1 else 0 end as vehicules,
        case when (tables & 8) > 0 then 1 else 0 end as usagers,
        count(*) as n
    from accidents
    group by all
),

presences as (
    select *, 'caracteristiques' as table_nom, caracteristiques as presence from profils
    union all
    select *, 'lieux', lieux from profils
    union all
    select *, 'vehicules', vehicules from profils
    union all
    select *, 'usagers', usagers from profils
),

tables_annee as (
    select annee, table_nom, livraisons, count(*) over (partition by annee) as n_tables from {{ ref('int_annees_route') }}
),

-- An accident is lacking where it is not; one that a single table of three or four knows is foreign to the year there.
baac as (
    select t.annee, t.table_nom, t.livraisons, sum(p.n) as n_accidents,
        sum(p.n * case
            when t.n_tables > 2 and p.caracteristiques + p.lieux + p.vehicules + p.usagers = 1 then p.presence
            else 1 - p.presence
        end) as n_ecarts
    from tables_annee as t
    inner join presences as p on p.annee = t.annee and p.table_nom = t.table_nom
    where t.n_tables > 1
    group by t.annee, t.table_nom, t.livraisons
),

annees as (
    select source, table_nom, tranche, livraison_id, rang, lignes, try_cast(tranche as integer) as annee
    from {{ source('raw', 'manifeste') }}
    where rang <= 2 and try_cast(tranche as integer) between 1990 and 2100
),

references_annees as (
    select a.source, a.table_nom, a.tranche, a.livraison_id, a.lignes, median(b.lignes) as reference
    from annees as a
    inner join annees as b
        on b.source = a.source and b.table_nom = a.table_nom
        and (
            (b.rang = 1 and b.annee <> a.annee and b.annee between a.annee - 3 and a.annee + 3)
            or (b.rang = 2 and b.annee = a.annee)
        )
    where a.rang = 1
    group by a.source, a.table_nom, a.tranche, a.livraison_id, a.lignes
),

baisses as (
    select *, greatest(1 - lignes / nullif(reference, 0), 0)::double as baisse
    from references_annees
    where reference >= {{ seuil('EFFECTIF_ANNEE', 'effectif_min') }}
)

select 'BAAC_TABLES' as regle_code, 'baac' as source, {{ sans_objet() }}, annee::string as periode, table_nom as detail,
    n_ecarts as observe, n_accidents as attendu, (n_ecarts / nullif(n_accidents, 0))::double as ecart, livraisons
from baac
union all
select 'EFFECTIF_ANNEE', source, {{ sans_objet() }}, tranche, table_nom, lignes, reference, baisse, livraison_id
from baisses
union all
-- Below a tenth it is an extract, which somebody made on purpose, and not a file that was cut.
select 'EFFECTIF_TRONQUE', source, {{ sans_objet() }}, tranche, table_nom, lignes, reference,
    case when baisse < {{ seuil('EFFECTIF_TRONQUE', 'extrait') }} then baisse else 0 end, livraison_id
from baisses
