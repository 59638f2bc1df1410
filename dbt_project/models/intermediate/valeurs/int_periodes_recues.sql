-- The periods for which something of a source is in use; a slice without a period answers up to its edition.
select distinct c.statistique, c.periode_type, m.periode, m.edition
from {{ source('raw', 'manifeste') }} as m
inner join (select distinct source, statistique, periode_type from {{ source('raw', 'calendrier') }}) as c
    on c.source = m.source
-- A table that may not come says nothing of those that must.
inner join (select distinct source, table_nom from {{ source('raw', 'tables_dues') }}) as d
    on d.source = m.source and d.table_nom = m.table_nom
where m.retenue
