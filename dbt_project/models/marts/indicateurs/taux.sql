select
    t.indicateur_code,
    t.territoire_code,
    t.periode,
    t.source,
    t.taux,
    t.unite,
    t.numerateur,
    t.denominateur,
    t.denominateur_valeur,
    t.denominateur_millesime,
    t.denominateur_origine,
    t.perimetre,
    t.statut,
    t.motif_code,
    m.libelle as motif,
    t.retenu
from {{ ref('int_taux') }} as t
left join {{ ref('motifs') }} as m on m.motif_code = t.motif_code
