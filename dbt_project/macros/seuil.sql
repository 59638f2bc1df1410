{# A number of expectations/seuils.csv, as the register hands it to dbt: no threshold stands in SQL. #}
{% macro seuil(regle, parametre='seuil') -%}
(select max(valeur) from {{ source('raw', 'seuils') }} where regle_code = '{{ regle }}' and parametre = '{{ parametre }}')
{%- endmacro %}
