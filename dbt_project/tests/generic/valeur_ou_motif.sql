{# Missing is a status with a reason: a row has a value, or the status M and a motif, never both, never neither. #}
{% test valeur_ou_motif(model) %}
select *
from {{ model }}
where statut is null or unite is null or retenu is null or confidentialite is null
    or (valeur is null) <> (statut = 'M')
    or (valeur is null) <> (motif_code is not null)
    or (valeur is null) <> (motif is not null)
    or (valeur is not null and lot_livraisons is null)
{% endtest %}
