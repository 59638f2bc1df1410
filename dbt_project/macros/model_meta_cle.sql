{# The key that the tested model declares, read from the graph so that it is written once. #}
{% macro model_meta_cle(model) -%}
    {%- if execute -%}
        {%- for node in graph.nodes.values() if node.resource_type == 'model' and node.alias == model.identifier and node.schema == model.schema -%}
            {{ return(node.config.meta.cle) }}
        {%- endfor -%}
    {%- endif -%}
    {{ return(['1']) }}
{%- endmacro %}
