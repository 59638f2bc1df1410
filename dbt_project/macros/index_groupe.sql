{# Why an index has no number of its own. #}
{% macro index_groupe(groupe) -%}
'Le retour compte ensemble les index ' || {{ groupe }} || ' : leur nombre ne peut pas être réparti entre eux'
{%- endmacro %}
