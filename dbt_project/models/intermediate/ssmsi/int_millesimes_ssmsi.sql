select p.*, p.livraison_id as livraisons
from {{ ref('int_publications_ssmsi') }} as p
inner join {{ ref('int_territoires_instance') }} as i on i.territoire_code = p.territoire_code
