-- Which deliveries a territory's values of a year come from, as one code.
with base as (
    select territoire_code, annee, livraison_id from {{ ref('int_couverture_base') }} where livraison_id is not null
),

proches as (
    select distinct c.territoire_code, b.annee, b.livraison_id
    from {{ ref('int_composition_annees') }} as c
    inner join base as b on b.territoire_code = c.composante_code and b.annee = c.annee
),

lointains as (
    select distinct c.territoire_code, b.annee, b.livraison_id
    from {{ ref('int_composition_annees') }} as c
    inner join proches as b on b.territoire_code = c.composante_code and b.annee = c.annee
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
        {{ lot_de('livraison_id') }} as livraisons
    from contributions
    group by all
)

select * from lots
