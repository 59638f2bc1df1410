{{ config(materialized='view') }}
select * from {{ ref('stg_police__faits') }}
union all
select * from {{ ref('stg_gendarmerie__faits') }}
