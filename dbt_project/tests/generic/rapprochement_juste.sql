{# What was read is what was typed and what was summed. #}
{% test rapprochement_juste(model) %}
select *
from {{ model }}
where cellules_typees is distinct from cellules_lues
    or cellules_sommees is distinct from cellules_lues
    or (cellules_vides = 0 and faits_sommes is distinct from faits_typees)
{% endtest %}
