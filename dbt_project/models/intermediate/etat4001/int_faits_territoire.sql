with base as (
    select territoire_code, annee, code_index, faits from {{ ref('int_faits_service') }}
    union all
    select z.territoire_code, f.annee, f.code_index, case when c.motif_code is null then f.faits end
    from {{ ref('int_faits_departement') }} as f
    inner join {{ ref('int_zones') }} as z on z.code_departement = f.code_departement and z.force = f.force
    inner join {{ ref('int_couverture_base') }} as c on c.territoire_code = z.territoire_code and c.annee = f.annee
),

proches as (
    {{ sommes_completes('base', ['annee', 'code_index'], "('departement', 'arrondissement', 'groupement')", 'faits', false, true) }}
),

lointains as (
    {{ sommes_completes('proches', ['annee', 'code_index'], "('region', 'france')", 'faits', false, true) }}
)

select * from base
union all
select territoire_code, annee, code_index, faits::bigint from proches
union all
select territoire_code, annee, code_index, faits::bigint from lointains
