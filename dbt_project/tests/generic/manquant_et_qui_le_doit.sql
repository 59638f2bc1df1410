{# A row has a value, or the status M with its reason and the name of who owes it. #}
{% test manquant_et_qui_le_doit(model) %}
select *
from {{ model }}
where (valeur is null) <> (statut = 'M')
    or (statut = 'M' and (motif_code is null or motif is null or doit is null))
    or (statut <> 'M' and (doit is not null or lot_livraisons is null))
{% endtest %}
