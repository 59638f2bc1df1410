-- Which tables of which year are in use.
select periode::integer as annee, table_nom, {{ lot_de('livraison_id') }} as livraisons
from {{ source('raw', 'manifeste_road_safety') }}
where retenue
group by all
