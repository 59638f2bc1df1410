{# A code that is in one of two lists. As dbt's own `relationships`, a code that is absent passes. #}
{% test dans_une_liste(model, column_name, to, ou, field) %}
select {{ column_name }}
from {{ model }}
where
    {{ column_name }} is not null
    and {{ column_name }} not in (
        select {{ field }} from {{ to }}
        union all
        select {{ field }} from {{ ou }}
    )
{% endtest %}
