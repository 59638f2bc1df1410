{{ config(materialized='view') }}
select
    p.code_commune,
    p.recensement,
    p.population,
    p.livraison_id,
    p.feuille,
    p.ligne,
    p.colonne,
    case when substr(p.code_commune, 1, 2) in ('97', '98') then substr(p.code_commune, 1, 3)
        else substr(p.code_commune, 1, 2) end as code_departement
from {{ ref('stg_insee__populations') }} as p
