-- The day on which a commune ceased to be one under its code, and the commune that took it in; none when its territory
-- was shared. A change of name ends nothing.
select
    code_avant as code_commune,
    date_effet,
    case when min(code_apres) = max(code_apres) then min(code_apres) end as suite
from {{ ref('stg_insee__mouvements') }}
where type_avant = 'COM' and type_apres = 'COM' and modification <> '10'
group by code_avant, date_effet
having count(case when code_apres = code_avant then 1 end) = 0
