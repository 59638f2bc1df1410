-- Facts index by index, as each source gives them, in the instance's territories; months make years when all twelve are known.
-- What a return gives in a group, or in a total that does not tell its month, is missing with that reason.
with ici as (
    select territoire_code from {{ ref('int_territoires_instance') }}
),

departements as (
    select 'DEP-' || code_departement as territoire_code, annee_mois, code_index, faits
    from {{ ref('stg_etat4001_monthly__faits') }}
),

mensuels as (
    select 'etat4001_departements' as source, d.territoire_code, d.annee_mois as periode, d.code_index, d.faits,
        cast(null as string) as motif_code, cast(null as string) as motif
    from departements as d
    inner join ici on ici.territoire_code = d.territoire_code
    union all
    select 'etat4001_departements', z.territoire_code, f.annee_mois, f.code_index, f.faits, null, null
    from {{ ref('stg_etat4001_monthly__forces') }} as f
    inner join {{ ref('int_zones') }} as z on z.code_departement = f.code_departement and z.force = f.force
    inner join ici on ici.territoire_code = z.territoire_code
    union all
    select 'etat4001_departements', s.territoire_code, s.annee_mois, s.code_index, s.faits, null, null
    from (
        {{ sommes_completes('departements', ['annee_mois', 'code_index'], "('region', 'france')", 'faits', false) }}
    ) as s
    inner join ici on ici.territoire_code = s.territoire_code
    union all
    select 'retours_services', r.territoire_code, {{ mois_de('r.annee', 'r.mois') }}, r.ventilation_code::integer, r.valeur,
        r.motif_code, r.motif
    from {{ ref('int_retours_territoires') }} as r
    inner join ici on ici.territoire_code = r.territoire_code
    where r.indicateur_code = 'FAITS_INDEX'
)

select 'etat4001_services' as source, f.territoire_code, 'annee' as periode_type, f.annee::string as periode, f.code_index,
    f.faits::bigint as faits, cast(null as string) as motif_code, cast(null as string) as motif
from {{ ref('int_faits_territoire') }} as f
inner join ici on ici.territoire_code = f.territoire_code
where f.faits is not null
union all
select source, territoire_code, 'mois', periode, code_index, faits::bigint, case when faits is null then motif_code end,
    case when faits is null then motif end
from mensuels
where faits is not null or motif_code is not null
union all
select a.source, a.territoire_code, 'annee', a.annee, a.code_index, coalesce(a.faits, p.valeur::bigint),
    case when a.faits is null and p.valeur is null then a.motif_code end,
    case when a.faits is null and p.valeur is null then a.motif end
from (
    select source, territoire_code, substr(periode, 1, 4) as annee, code_index,
        case when count(faits) = 12 then sum(faits)::bigint end as faits,
        min(case when faits is null then motif_code end) as motif_code,
        min(case when faits is null then motif end) as motif
    from mensuels
    group by source, territoire_code, substr(periode, 1, 4), code_index
) as a
left join {{ ref('int_retours_periodes') }} as p
    on a.source = 'retours_services' and p.indicateur_code = 'FAITS_INDEX' and p.ventilation_code = a.code_index::string
    and p.territoire_code = a.territoire_code and p.periode_type = 'annee' and p.periode = a.annee
where a.faits is not null or p.valeur is not null or a.motif_code is not null
