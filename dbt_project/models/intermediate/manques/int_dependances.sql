-- What each indicator takes from each table: which cells, or the whole table when element_code is NULL; and what it loses
-- without it, its value, a breakdown, or the denominator of its rate.
with index_des_indicateurs as (
    select i.indicateur_code, x.code_index::string as element_code
    from {{ ref('indicateurs_index') }} as x
    inner join {{ ref('indicateurs') }} as i
        on i.indicateur_code = x.indicateur_code and i.statistique = 'etat4001_services'
),

directes as (
    select t.source, t.table_nom, x.element_code, 'faits_constates' as mesure, x.indicateur_code, 'valeur' as effet
    from (
        select distinct source, table_nom from {{ source('raw', 'tables_dues') }}
        where source in ('police', 'gendarmerie', 'etat4001_monthly')
    ) as t
    cross join index_des_indicateurs as x
    union all
    select 'service_returns', 'faits', m.code_index::string, m.mesure, m.indicateur_code, 'valeur'
    from {{ ref('int_retours_mesures') }} as m
    where m.code_index is not null
    union all
    select 'service_returns', 'tranquillite', cast(null as string), cast(null as string), 'TRANQUILLITE', 'valeur'
    union all
    select 'road_barometer', 'mesures', b.mesure, 'valeur', b.indicateur_code, 'valeur' from {{ ref('barometre') }} as b
    union all
    select 'iscg', 'activite', cast(null as string), cast(null as string), i.indicateur_code, 'valeur'
    from {{ ref('indicateurs') }} as i
    where i.statistique = 'retours_iscg'
    union all
    select 'ssmsi', 'base', i.indicateur_code, 'faits', i.indicateur_code, 'valeur'
    from {{ ref('indicateurs') }} as i
    where i.statistique = 'ssmsi_base'
    union all
    select 'action_followup', 'indicateurs', i.indicateur_code, cast(null as string), i.indicateur_code, 'valeur'
    from {{ ref('int_indicateurs') }} as i
    where i.statistique = 'suivi_actions'
    union all
    select 'road_safety', b.table_nom, cast(null as string), cast(null as string), b.indicateur_code, 'valeur'
    from {{ ref('baac') }} as b
    union all
    -- Without its accidents a year has nothing; without its users or its vehicles, accidents lose their breakdowns.
    select 'road_safety', 'caracteristiques', cast(null as string), cast(null as string), b.indicateur_code, 'valeur'
    from {{ ref('baac') }} as b
    where b.table_nom <> 'caracteristiques'
    union all
    select 'road_safety', 'usagers', cast(null as string), cast(null as string), b.indicateur_code, 'ventilation'
    from {{ ref('baac') }} as b
    where b.table_nom = 'caracteristiques'
    union all
    select 'road_safety', 'vehicules', cast(null as string), cast(null as string), b.indicateur_code, 'ventilation'
    from {{ ref('baac') }} as b
    where b.mesure in ('accidents', 'tues', 'hospitalises', 'legers')
    union all
    select 'insee', 'populations', cast(null as string), cast(null as string), i.indicateur_code, 'taux'
    from {{ ref('indicateurs') }} as i
    inner join {{ ref('denominateurs') }} as d on d.denominateur = i.denominateur and d.nature = 'population'
)

select * from directes
union
-- A share loses its value with either of its terms, where the source gives both.
select d.source, d.table_nom, d.element_code, d.mesure, p.indicateur_code, d.effet
from {{ ref('parts') }} as p
inner join (select distinct source, table_nom, indicateur_code from directes) as n on n.indicateur_code = p.numerateur_code
inner join directes as d
    on d.source = n.source and d.table_nom = n.table_nom and d.indicateur_code in (p.numerateur_code, p.denominateur_code)
where d.effet = 'valeur'
