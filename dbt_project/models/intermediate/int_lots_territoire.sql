-- Which deliveries a territory's values of a year come from, as one code.
with base as (
    select territoire_code, annee, livraison_id from {{ ref('int_couverture_base') }} where livraison_id is not null
),

proches as (
    select distinct c.territoire_code, b.annee, b.livraison_id
    from {{ ref('int_composition') }} as c
    inner join base as b on b.territoire_code = c.composante_code
),

lointains as (
    select distinct c.territoire_code, b.annee, b.livraison_id
    from {{ ref('int_composition') }} as c
    inner join proches as b on b.territoire_code = c.composante_code
),

contributions as (
    select * from base
    union all
    select * from proches
    union all
    select * from lointains
),

lots as (
    select
        territoire_code,
        annee,
        substr(md5(string_agg(livraison_id, ',' order by livraison_id)), 1, 12) as lot_livraisons
    from contributions
    group by all
)

select c.territoire_code, c.annee, l.lot_livraisons, c.livraison_id
from contributions as c
inner join lots as l on l.territoire_code = c.territoire_code and l.annee = c.annee
