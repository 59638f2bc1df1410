{# `plan_actions` in the schema plan is `plan.actions`: a file bears the name of its schema, a table does not. #}
{% macro generate_alias_name(custom_alias_name, node) -%}
    {%- set prefix = node.schema ~ '_' -%}
    {{ custom_alias_name or (node.name[prefix | length:] if node.name.startswith(prefix) else node.name) }}
{%- endmacro %}
