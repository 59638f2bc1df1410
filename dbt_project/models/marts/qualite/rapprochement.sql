with lues as (
    select source, tranche, cellules, vides
    from {{ source('raw', 'manifeste') }}
    where retenue and source in ('police', 'gendarmerie')
),

typees as (
    select
        force,
        annee::string as tranche,
        count(faits) as cellules,
        count(*) - count(faits) as vides,
        sum(faits)::bigint as faits
    from {{ ref('int_faits_4001') }}
    group by all
),

sommees as (
    select force, annee::string as tranche, sum(n_cellules - n_vides)::bigint as cellules, sum(faits)::bigint as faits
    from {{ ref('int_faits_departement') }}
    group by all
)

select
    l.source,
    l.tranche,
    l.cellules as cellules_lues,
    t.cellules as cellules_typees,
    s.cellules as cellules_sommees,
    l.vides as cellules_vides,
    t.faits as faits_typees,
    s.faits as faits_sommes
from lues as l
left join typees as t on t.force = l.source and t.tranche = l.tranche
left join sommees as s on s.force = l.source and s.tranche = l.tranche
