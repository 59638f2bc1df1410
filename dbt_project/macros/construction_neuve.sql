{# Nobody reads a build before it is published, so there is nothing to set aside and swap: what is there of a developer's
   earlier run is dropped, and the model is made under its own name. dbt's own materializations build beside, rename and
   drop, which cost more than most models do. The contract is still held. #}
{% materialization table, adapter="duckdb" %}
  {%- set relation = this.incorporate(type="table") -%}
  {{ drop_relation_if_exists(load_cached_relation(this)) }}
  {% call statement("main") -%}
    {{ create_table_as(False, relation, compiled_code) }}
  {%- endcall %}
  {{ adapter.commit() }}
  {{ return({"relations": [relation]}) }}
{% endmaterialization %}

{% materialization view, adapter="duckdb" %}
  {%- set relation = this.incorporate(type="view") -%}
  {{ drop_relation_if_exists(load_cached_relation(this)) }}
  {% call statement("main") -%}
    {{ create_view_as(relation, compiled_code) }}
  {%- endcall %}
  {{ adapter.commit() }}
  {{ return({"relations": [relation]}) }}
{% endmaterialization %}
