{# The CTEs of a transitive closure: from a relation `un_pas` (inner column, outer column) to `quatre_pas`, which holds
   every pair that at most four steps join. Portable SQL has no recursive query; no list of seeds/ goes deeper. #}
{% macro fermeture(dedans, dehors) -%}
{%- for d, u in [('deux_pas', 'un_pas'), ('quatre_pas', 'deux_pas')] -%}
{{ d }} as (
    select {{ dedans }}, {{ dehors }} from {{ u }}
    union
    select a.{{ dedans }}, b.{{ dehors }}
    from {{ u }} as a
    inner join {{ u }} as b on b.{{ dedans }} = a.{{ dehors }}
){{ ", " if not loop.last }}
{%- endfor -%}
{%- endmacro %}
