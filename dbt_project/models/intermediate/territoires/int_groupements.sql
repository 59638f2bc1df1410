-- The units that a group ever had, from services.csv; the group of this instance's département is there even without any.
select distinct
    'SRV-' || d.code_departement || '-GN-GGD' as groupement_code,
    d.code_departement,
    s.territoire_code
from {{ ref('departements') }} as d
cross join {{ source('raw', 'instance') }} as ici
left join {{ ref('services') }} as s on s.code_departement = d.code_departement and s.force = 'gendarmerie'
where (d.zone_gendarmerie or d.zone_hors_classeur = 'gendarmerie')
    and (s.territoire_code is not null or d.code_departement = ici.code_departement)
