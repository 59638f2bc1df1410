{# One row an element of a comma-separated list: the engines say it each in its way. #}
{% macro eclater(liste) -%}
    {{ return(adapter.dispatch('eclater')(liste)) }}
{%- endmacro %}

{% macro duckdb__eclater(liste) -%}
unnest(string_split({{ liste }}, ','))
{%- endmacro %}

{% macro spark__eclater(liste) -%}
explode(split({{ liste }}, ','))
{%- endmacro %}
