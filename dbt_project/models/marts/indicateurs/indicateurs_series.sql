select
    v.indicateur_code,
    t.niveau,
    v.territoire_code,
    v.periode_type,
    v.periode,
    v.ventilation_type,
    v.ventilation_code,
    v.periode_debut,
    v.periode_fin,
    v.valeur,
    v.unite,
    v.perimetre,
    v.valeur_precedente,
    v.evolution_abs,
    v.evolution_pct,
    v.evolution_motif_code,
    v.rupture,
    v.rupture_part_pct,
    v.comparable_depuis,
    v.statut,
    v.motif_code,
    v.motif,
    v.source,
    v.lot_livraisons
from {{ ref('int_comparaisons') }} as v
inner join {{ ref('int_territoires_instance') }} as t on t.territoire_code = v.territoire_code
where v.suite = 'en_usage'
