-- How many things each rule looked at in each source, and the worst of those that are within its threshold.
{% set familles = [
    'structure', 'relations', 'retours', 'financements', 'sources', 'route', 'territoires', 'evolutions', 'series',
    'proportions', 'revisions'
] %}
with toutes as (
    {% for famille in familles %}
    select regle_code, source, ecart from {{ ref('ctl_' ~ famille) }}
    {% if not loop.last %}union all{% endif %}
    {% endfor %}
)

select t.regle_code, t.source, count(*) as n_verifies,
    max(case when t.ecart <= s.valeur then t.ecart end) as pire_dans_le_seuil
from toutes as t
left join {{ source('raw', 'seuils') }} as s on s.regle_code = t.regle_code and s.parametre = 'seuil'
group by all
