{# The model's declared key (meta.cle) is one, and every part of it is there: the same list orders every export. #}
{% test cle_unique(model) %}
{% set cle = config.get('cle') or model_meta_cle(model) %}
select {{ cle | join(', ') }}, count(*) as n
from {{ model }}
group by all
having count(*) > 1{% for colonne in cle %} or count({{ colonne }}) = 0{% endfor %}
{% endtest %}
