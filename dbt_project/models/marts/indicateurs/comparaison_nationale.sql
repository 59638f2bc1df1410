select
    c.indicateur_code,
    i.libelle as indicateur,
    t.niveau,
    c.territoire_code,
    t.libelle as territoire,
    c.periode,
    c.valeur,
    c.valeur_precedente,
    c.evolution_pct,
    c.evolution_motif_code,
    c.unite,
    c.source,
    'État 4001, services de police et compagnies de gendarmerie' as source_libelle,
    c.statut,
    c.motif_code,
    c.motif,
    c.lot_livraisons
from {{ ref('int_comparaisons') }} as c
inner join {{ ref('int_indicateurs') }} as i on i.indicateur_code = c.indicateur_code
inner join {{ ref('int_territoires_instance') }} as t on t.territoire_code = c.territoire_code
where c.source = 'etat4001_services'
    and c.periode_type = 'annee'
    and c.ventilation_type = 'total'
    and t.niveau in ('france', 'region', 'departement')
