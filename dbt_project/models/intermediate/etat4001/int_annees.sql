-- A year is answered for when its delivery is owed, or when it came before its date.
select force, annee, min(echeance) as echeance, max(livraison_id) as livraison_id
from (
    select source as force, periode::integer as annee, echeance, cast(null as string) as livraison_id
    from {{ source('raw', 'calendrier') }}
    where statistique = 'etat4001_services'
    {%- for force in ['gendarmerie', 'police'] %}
    union all
    select source, tranche::integer, cast(null as date), livraison_id
    from {{ source('raw', 'manifeste_' ~ force) }}
    where retenue and table_nom = 'services'
    {%- endfor %}
) as dues
group by all
