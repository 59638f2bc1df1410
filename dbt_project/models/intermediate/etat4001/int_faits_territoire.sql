with base as (
    select territoire_code, annee, code_index, faits from {{ ref('int_faits_service') }}
    union all
    select z.territoire_code, f.annee, f.code_index, case when c.motif_code is null then f.faits end
    from {{ ref('int_faits_departement') }} as f
    inner join {{ ref('int_zones') }} as z on z.code_departement = f.code_departement and z.force = f.force
    inner join {{ ref('int_couverture_base') }} as c on c.territoire_code = z.territoire_code and c.annee = f.annee
),

proches as ({{ faits_des_sommes('base', "('departement', 'arrondissement', 'groupement')") }}),

lointains as ({{ faits_des_sommes('proches', "('region', 'france')") }})

select * from base
union all
select * from proches
union all
select * from lointains
