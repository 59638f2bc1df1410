{# Nobody reads a build before it is published, so there is nothing to set aside and swap: what is there of a developer's
   earlier run is dropped in the statement that makes the model, under its own name. dbt's own materializations build
   beside, rename and drop, which cost more than most models do. The contract, the hooks, the grants and the docs are
   those of dbt's own. #}
{% materialization table, adapter="duckdb" %}
  {{ return(construction_neuve("table")) }}
{% endmaterialization %}

{% materialization view, adapter="duckdb" %}
  {{ return(construction_neuve("view")) }}
{% endmaterialization %}

{% macro construction_neuve(type) %}
  {%- set relation = this.incorporate(type=type) -%}
  {%- set before = load_cached_relation(this) -%}
  {{ run_hooks(pre_hooks, inside_transaction=False) }}
  {{ run_hooks(pre_hooks, inside_transaction=True) }}
  {% call statement("main") -%}
    {%- if before is not none %}drop {{ before.type }} if exists {{ before }} cascade;{% endif %}
    {%- if type == "view" -%}
      {{ create_view_as(relation, compiled_code) }}
    {%- else -%}
      {{ create_table_as(False, relation, compiled_code) }}
    {%- endif -%}
  {%- endcall %}
  {% do create_indexes(relation) %}
  {{ run_hooks(post_hooks, inside_transaction=True) }}
  {% do apply_grants(relation, config.get("grants"), should_revoke=should_revoke(before, full_refresh_mode=True)) %}
  {% do persist_docs(relation, model) %}
  {{ adapter.commit() }}
  {{ run_hooks(post_hooks, inside_transaction=False) }}
  {{ return({"relations": [relation]}) }}
{% endmacro %}
