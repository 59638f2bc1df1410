select
    f.annee,
    s.territoire_code,
    f.force,
    f.code_index,
    f.livraison_id,
    f.faits
from {{ ref('int_faits_4001') }} as f
inner join {{ ref('services') }} as s
    on s.code_departement = f.code_departement
    and s.force = f.force
    and s.service = f.service
    and (s.perimetre = f.perimetre or (s.perimetre is null and f.perimetre is null))
