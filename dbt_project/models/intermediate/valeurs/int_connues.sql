select * from {{ ref('int_comptes') }}
union all
select * from {{ ref('int_parts') }}
