{# The two columns that say what a control looked at, when it has no indicator. #}
{% macro sans_objet(territoire='cast(null as string)') -%}
cast(null as string) as indicateur_code, {{ territoire }} as territoire_code
{%- endmacro %}
