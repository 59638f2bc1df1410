{# The suites of values that compare with one another: those in use, and those of a source that covers a part of the
   territories, within that source alone. One value may be in both. #}
{% macro suites(valeurs) -%}
select v.*, 'en_usage' as suite from {{ valeurs }} as v where v.retenu
union all
select v.*, v.source from {{ valeurs }} as v where v.perimetre <> 'complet' and v.periode_type = 'annee'
{%- endmacro %}
