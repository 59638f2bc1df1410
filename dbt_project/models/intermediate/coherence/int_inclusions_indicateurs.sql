-- Every indicator that is a part of another, near or far.
with un_pas as (
    select distinct ensemble_code, membre_code from {{ ref('relations_indicateurs') }} where nature in ('somme', 'partie')
),

{{ fermeture('membre_code', 'ensemble_code') }}

select
    q.ensemble_code,
    q.membre_code,
    s.membre_code is not null as dans_une_somme
from quatre_pas as q
left join (select distinct ensemble_code, membre_code from {{ ref('relations_indicateurs') }} where nature = 'somme') as s
    on s.ensemble_code = q.ensemble_code and s.membre_code = q.membre_code
