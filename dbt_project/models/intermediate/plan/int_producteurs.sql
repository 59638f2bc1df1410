select statistique, string_agg(producteur, ', ' order by producteur) as producteurs
from (select distinct statistique, producteur from {{ source('raw', 'calendrier') }}) as c
group by all
