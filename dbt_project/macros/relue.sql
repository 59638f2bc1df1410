{# A part that several others read. DuckDB keeps its rows from the first reading, through the disk when memory is short:
   where it is no more than a union or a filter of tables, to read them again costs less. `with part as relue() (…)`. #}
{% macro relue() -%}
    {{ return(adapter.dispatch('relue')()) }}
{%- endmacro %}

{% macro duckdb__relue() -%}
not materialized
{%- endmacro %}

{# Spark keeps nothing unless asked. #}
{% macro spark__relue() -%}
{%- endmacro %}
