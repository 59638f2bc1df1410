select
    s.territoire_code,
    s.code_departement,
    s.force,
    s.perimetre,
    s.service,
    s.libelle,
    case when s.code_arrondissement is not null then 'ARR-' || s.code_arrondissement end as arrondissement_code,
    coalesce(a.libelle, 'non rattaché') as arrondissement,
    s.zone_code,
    s.attendu_etat4001,
    s.valide_de,
    s.valide_a
from {{ ref('services') }} as s
left join {{ ref('arrondissements') }} as a on a.code_arrondissement = s.code_arrondissement
