-- What the calendar of sources/ says is owed, indicator by indicator: the spine of the missing rows.
select
    i.indicateur_code,
    i.statistique as source,
    i.unite,
    t.territoire_code,
    c.periode_type,
    c.periode,
    c.periode_debut,
    c.periode_fin,
    c.source || ' ' || c.periode || ' : livraison attendue pour le ' || {{ date_fr('c.echeance') }}
        || ', non reçue' as motif
from {{ ref('int_indicateurs') }} as i
inner join {{ source('raw', 'calendrier') }} as c
    on c.statistique = i.statistique
    and (i.valide_de is null or i.valide_de <= c.periode_fin)
    and (i.valide_a is null or i.valide_a >= c.periode_debut)
inner join {{ ref('niveaux_dus') }} as n on n.statistique = i.statistique
inner join {{ ref('int_territoires_instance') }} as t on t.niveau = n.niveau
