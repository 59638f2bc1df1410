-- The periods for which something of a source is in use; a slice without a period answers up to its edition.
select distinct c.statistique, c.periode_type, m.periode, m.edition
from {{ source('raw', 'manifeste') }} as m
inner join (select distinct source, statistique, periode_type from {{ source('raw', 'calendrier') }}) as c
    on c.source = m.source
where m.retenue
