{# Of several readings of one thing, one is in use, and the reason stands on each. #}
{% test lecture_unique(model) %}
select serie_code, territoire_code, periode_type, periode, periode_reference, grandeur, qualificatif,
    count(*) as n, count(case when retenu then 1 end) as n_retenus, count(motif_lecture) as n_motifs
from {{ model }}
group by all
having count(case when retenu then 1 end) <> 1
    or (count(*) > 1 and count(motif_lecture) < count(*))
{% endtest %}
