{# The texts of a group as one, in order: the engines say it each in its way. Distinct texts are in their own order. #}
{% macro en_liste(texte, separateur, ordre, distinctes=false) -%}
    {{ return(adapter.dispatch('en_liste')(texte, separateur, ordre, distinctes)) }}
{%- endmacro %}

{% macro duckdb__en_liste(texte, separateur, ordre, distinctes) -%}
string_agg({{ 'distinct ' if distinctes }}{{ texte }}, {{ separateur }} order by {{ ordre }})
{%- endmacro %}

{# Spark cannot plan a distinct listagg beside another distinct count. #}
{% macro spark__en_liste(texte, separateur, ordre, distinctes) -%}
{%- if distinctes -%}
nullif(array_join(array_sort(collect_set({{ texte }})), {{ separateur }}), '')
{%- else -%}
listagg({{ texte }}, {{ separateur }}) within group (order by {{ ordre }})
{%- endif -%}
{%- endmacro %}
