{# The texts of a group as one, in order: the engines say it each in its way. #}
{% macro en_liste(texte, separateur, ordre, distinctes=false) -%}
    {{ return(adapter.dispatch('en_liste')(texte, separateur, ordre, distinctes)) }}
{%- endmacro %}

{% macro duckdb__en_liste(texte, separateur, ordre, distinctes) -%}
string_agg({{ 'distinct ' if distinctes }}{{ texte }}, {{ separateur }} order by {{ ordre }})
{%- endmacro %}

{% macro spark__en_liste(texte, separateur, ordre, distinctes) -%}
listagg({{ 'distinct ' if distinctes }}{{ texte }}, {{ separateur }}) within group (order by {{ ordre }})
{%- endmacro %}
