{{ config(materialized='view') }}
-- All that the rules looked at, with the threshold of each: what is counted and what is told come from the same rows.
{% set familles = [
    'structure', 'relations', 'retours', 'financements', 'sources', 'route', 'territoires', 'evolutions', 'series',
    'proportions', 'revisions', 'entier', 'conservation', 'populations',
    'sauts_populations', 'populations_ssmsi', 'copies', 'cumuls', 'echanges', 'retours_echanges'
] %}
with toutes as (
    {% for famille in familles %}
    select regle_code, source, indicateur_code, territoire_code, periode, detail, observe::decimal(18, 2) as observe,
        attendu::decimal(18, 2) as attendu, ecart, livraisons
    from {{ ref('ctl_' ~ famille) }}
    {% if not loop.last %}union all{% endif %}
    {% endfor %}
)

select t.*, s.valeur as seuil
from toutes as t
left join {{ source('raw', 'seuils') }} as s on s.regle_code = t.regle_code and s.parametre = 'seuil'
