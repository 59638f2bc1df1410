{# The rows of a plan table that belong to this instance's département. #}
{% macro du_plan(table) -%}
(
    select lignes.* from {{ ref(table) }} as lignes
    inner join {{ source('raw', 'instance') }} as chez on chez.code_departement = lignes.code_departement
)
{%- endmacro %}

{# Where a printed figure stands, in words. #}
{% macro lieu(c) -%}
case
    when {{ c }}.tableau is not null
        then 'tableau ' || {{ c }}.tableau || coalesce(', ligne « ' || {{ c }}.ligne || ' »', '') || ', colonne « '
            || {{ c }}.colonne || ' »'
    else 'section ' || {{ c }}.section || ', « ' || {{ c }}.texte || ' »'
end
{%- endmacro %}

{# What a source usually revises of such a count, from revisions.csv; a small count is equal or it is not. #}
{% macro revision(valeur, p) -%}
case
    when {{ valeur }} < {{ p }}.effectif_min then 0
    else greatest({{ p }}.revision_abs, 0.01 * {{ p }}.revision_pct * {{ valeur }})
end
{%- endmacro %}

{# « à 0,29 % près au plus » #}
{% macro ecart_fr(v) -%}
'à ' || replace({{ v }}::decimal(18, 2)::string, '.', ',') || ' % près au plus'
{%- endmacro %}
