-- What each source gives at its own grain, sources side by side.
select * from {{ ref('int_valeurs_4001_mensuel') }}
union all
select * from {{ ref('int_valeurs_retours') }}
union all
select * from {{ ref('int_valeurs_barometre') }}
union all
select * from {{ ref('int_valeurs_iscg') }}
union all
select * from {{ ref('int_valeurs_suivi') }}
union all
select * from {{ ref('int_valeurs_route') }}
union all
select * from {{ ref('int_valeurs_route_ventilees') }}
