-- A service that changes its name within a year may have a column under each of them.
select
    f.annee,
    s.territoire_code,
    s.code_departement,
    f.force,
    f.code_index,
    min(f.livraison_id) as livraison_id,
    case when count(*) = count(f.faits) then sum(f.faits)::bigint end as faits
from {{ ref('int_faits_4001') }} as f
inner join {{ ref('int_services_en_vigueur') }} as s
    on s.nommee and s.periode_type = 'annee'
    and s.periode = f.annee::string
    and s.code_departement = f.code_departement
    and s.force = f.force
    and s.service = f.service
    and (s.perimetre = f.perimetre or (s.perimetre is null and f.perimetre is null))
group by f.annee, s.territoire_code, s.code_departement, f.force, f.code_index
