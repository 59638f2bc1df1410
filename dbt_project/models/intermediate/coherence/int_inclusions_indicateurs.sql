-- Every indicator that is a part of another, near or far: one step, then two at most of those, then two of those.
with un_pas as (
    select distinct ensemble_code, membre_code from {{ ref('relations_indicateurs') }} where nature in ('somme', 'partie')
),

deux_pas as (
    select ensemble_code, membre_code from un_pas
    union
    select a.ensemble_code, b.membre_code
    from un_pas as a
    inner join un_pas as b on b.ensemble_code = a.membre_code
),

quatre_pas as (
    select ensemble_code, membre_code from deux_pas
    union
    select a.ensemble_code, b.membre_code
    from deux_pas as a
    inner join deux_pas as b on b.ensemble_code = a.membre_code
)

select
    q.ensemble_code,
    q.membre_code,
    s.membre_code is not null as dans_une_somme
from quatre_pas as q
left join (select distinct ensemble_code, membre_code from {{ ref('relations_indicateurs') }} where nature = 'somme') as s
    on s.ensemble_code = q.ensemble_code and s.membre_code = q.membre_code
