{# The typed rows of a force's workbook sheets, of the slices in use alone. Values were judged at reception:
   a cast that fails here is a defect of Vigie, so it must stop the build. #}
{% macro faits_retenus(force, perimetre) %}
select
    r.livraison_id,
    r.feuille,
    r.ligne,
    r.colonne,
    r.annee::integer as annee,
    r.code_departement,
    '{{ force }}' as force,
    {{ perimetre }} as perimetre,
    r.service,
    r.code_index::integer as code_index,
    r.faits_constates::bigint as faits
from {{ source('raw', force ~ '_services') }} as r
inner join {{ source('raw', 'manifeste_' ~ force) }} as m
    on m.livraison_id = r.livraison_id
    and m.tranche = r.tranche
    and m.source = '{{ force }}'
    and m.table_nom = 'services'
    and m.retenue
{% endmacro %}
