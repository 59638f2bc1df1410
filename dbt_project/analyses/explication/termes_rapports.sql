-- The two terms of a share (int_parts).
select t.terme_code as indicateur_code, d.territoire_code, d.periode_type, d.periode, d.ventilation_type, d.ventilation_code,
    d.source
from demandees as d
inner join (
    select indicateur_code, numerateur_code as terme_code from {{ ref('parts') }}
    union all
    select indicateur_code, denominateur_code from {{ ref('parts') }}
) as t on t.indicateur_code = d.indicateur_code
