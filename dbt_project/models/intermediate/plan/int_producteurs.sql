select statistique, {{ en_liste('producteur', "', '", 'producteur') }} as producteurs
from (select distinct statistique, producteur from {{ source('raw', 'calendrier') }}) as c
group by all
