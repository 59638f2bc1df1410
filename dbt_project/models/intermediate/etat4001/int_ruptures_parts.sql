-- What a broken index weighs in an indicator, in the heaviest of the years around the break: from the file that counts every
-- unit where it is there, else from the workbook by service. How much of an index one force records is known from the
-- workbook alone.
with touches as (
    select rupture_code, indicateur_code, code_index, force, year(date_debut) - 1 as de, year(date_fin) + 1 as a
    from {{ ref('int_ruptures') }}
    where code_index is not null
),

mensuels as (
    select 'DEP-' || code_departement as territoire_code, substr(annee_mois, 1, 4)::integer as annee, code_index,
        case when count(*) = count(faits) then sum(faits)::bigint end as faits
    from {{ ref('stg_etat4001_monthly__faits') }}
    group by all
),

complets as (
    select * from mensuels
    union all
    select territoire_code, annee, code_index, faits::bigint
    from (
        {{ sommes_completes('mensuels', ['annee', 'code_index'], "('region', 'france')", 'faits', false, true) }}
    ) as sommes
),

choisis as (
    select * from complets
    union all
    select f.*
    from {{ ref('int_faits_territoire') }} as f
    left join (select distinct territoire_code, annee from complets) as c
        on c.territoire_code = f.territoire_code and c.annee = f.annee
    where c.territoire_code is null
),

totaux as (
    select f.territoire_code, f.annee, i.indicateur_code,
        case when count(*) = count(f.faits) then sum(f.faits)::bigint end as faits
    from choisis as f
    inner join {{ ref('indicateurs_index') }} as i on i.code_index = f.code_index
    group by all
),

d_une_force as (
    select territoire_code, force, annee, code_index, faits from {{ ref('int_faits_service') }}
    union all
    select z.territoire_code, f.force, f.annee, f.code_index, f.faits
    from {{ ref('int_faits_departement') }} as f
    inner join {{ ref('int_zones') }} as z on z.code_departement = f.code_departement and z.force = f.force
),

proches as ({{ faits_par_force('d_une_force', "('departement', 'arrondissement')") }}),

par_force as (
    select * from proches
    union all
    {{ faits_par_force('proches', "('region', 'france')") }}
),

forces as (
    select *, faits::double / nullif(sum(faits) over (partition by territoire_code, annee, code_index), 0) as part
    from par_force
),

parts as (
    select i.indicateur_code, f.code_index, f.territoire_code, f.annee, f.faits::double / nullif(n.faits, 0) as part
    from choisis as f
    inner join {{ ref('indicateurs_index') }} as i on i.code_index = f.code_index
    inner join totaux as n
        on n.territoire_code = f.territoire_code and n.annee = f.annee and n.indicateur_code = i.indicateur_code
)

select t.rupture_code, t.indicateur_code, t.code_index, p.territoire_code,
    max(p.part * case when t.force is null then 1 else coalesce(f.part, 1) end) as part
from touches as t
inner join parts as p
    on p.indicateur_code = t.indicateur_code and p.code_index = t.code_index and p.annee between t.de and t.a
left join forces as f
    on f.territoire_code = p.territoire_code and f.annee = p.annee and f.code_index = p.code_index and f.force = t.force
group by t.rupture_code, t.indicateur_code, t.code_index, p.territoire_code
