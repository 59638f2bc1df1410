{# The key that a model declares (meta.cle): no two rows share it, and no part of it is missing. A load judges it by a rule
   of its own (CLE_UNIQUE), which says what to do. #}
{% test cle_unique(model) %}
{{ config(tags=['hors_chargement']) }}
{%- set cle = model_meta_cle(model) %}
select {{ cle | join(', ') }}, count(*) as n
from {{ model }}
group by {{ cle | join(', ') }}
having count(*) > 1{% for colonne in cle %} or count({{ colonne }}) = 0{% endfor %}
{% endtest %}
