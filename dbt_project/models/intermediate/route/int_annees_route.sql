-- Which tables of which year are in use.
select periode::integer as annee, table_nom, {{ lot_de('livraison_id') }} as livraisons
from {{ source('raw', 'manifeste') }}
where source = 'road_safety' and retenue
group by all
