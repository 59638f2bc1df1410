{# A build starts from an empty file: nothing to set aside, to swap or to drop. dbt's own materializations ask the
   database for all of that for each model, which cost more than most models do. The contract is still held. #}
{% materialization table, adapter="duckdb" %}
  {%- set relation = this.incorporate(type="table") -%}
  {% call statement("main") -%}
    {{ create_table_as(False, relation, compiled_code) }}
  {%- endcall %}
  {{ adapter.commit() }}
  {{ return({"relations": [relation]}) }}
{% endmaterialization %}

{% materialization view, adapter="duckdb" %}
  {%- set relation = this.incorporate(type="view") -%}
  {% call statement("main") -%}
    {{ create_view_as(relation, compiled_code) }}
  {%- endcall %}
  {{ adapter.commit() }}
  {{ return({"relations": [relation]}) }}
{% endmaterialization %}
