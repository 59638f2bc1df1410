select l.livraison_id, l.nom, l.sha256, l.taille_octets, l.recu_le, l.nature, l.statut, l.motif,
    case
        when l.statut <> 'acceptee' then null
        when u.n_retenues > 0 then 'en_usage'
        when u.n_proposees > 0 then 'correction_proposee'
        else 'pas_en_usage'
    end as usage
from {{ source('raw', 'livraisons') }} as l
left join (
    select livraison_id, count(case when retenue then 1 end) as n_retenues,
        count(case when proposee then 1 end) as n_proposees
    from {{ source('raw', 'manifeste') }}
    group by livraison_id
) as u on u.livraison_id = l.livraison_id
