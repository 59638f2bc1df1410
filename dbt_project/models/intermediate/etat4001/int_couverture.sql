with base as (
    select territoire_code, annee, motif_code, motif from {{ ref('int_couverture_base') }}
),

proches as ({{ couverture_des_sommes('base', "('departement', 'arrondissement', 'groupement')") }}),

lointains as ({{ couverture_des_sommes('proches', "('region', 'france')") }})

select * from base
union all
select * from proches
union all
select * from lointains
