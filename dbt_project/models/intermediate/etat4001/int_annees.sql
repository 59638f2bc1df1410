-- A year is answered for when its delivery is owed, or when it came before its date.
select force, annee, min(echeance) as echeance, max(livraison_id) as livraison_id,
    max(case when contradictoire then 1 end) = 1 as contradictoire
from (
    select source as force, periode::integer as annee, echeance, cast(null as string) as livraison_id,
        false as contradictoire
    from {{ source('raw', 'calendrier') }}
    where statistique = 'etat4001_services' and due
    {%- for force in ['gendarmerie', 'police'] %}
    union all
    select source, tranche::integer, cast(null as date), case when retenue then livraison_id end, indecise
    from {{ source('raw', 'manifeste_' ~ force) }}
    where (retenue or indecise) and table_nom = 'services'
    {%- endfor %}
) as dues
group by all
