{# 2020-01-31 → 31/01/2020, as French readers write it. #}
{% macro date_fr(colonne) -%}
substr({{ colonne }}::varchar, 9, 2) || '/' || substr({{ colonne }}::varchar, 6, 2) || '/' || substr({{ colonne }}::varchar, 1, 4)
{%- endmacro %}
