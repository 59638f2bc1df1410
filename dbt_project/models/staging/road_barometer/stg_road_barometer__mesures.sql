-- What barometre_parts tells of a measure is read by itself, or less a part of it that stands on a line of its own: the
-- injured of all kinds less those in hospital. A part that is unknown, or more than its whole, leaves it unknown, and so do
-- two lines that tell the same measure in two ways.
with recues as (
    select livraison_id, feuille, ligne, colonne, annee::integer as annee, mois::integer as mois, code_departement, mesure, force,
        coalesce(valeur, nombre)::bigint as valeur, case when nombre is null then 'valeur' else 'nombre' end as colonne_recue
    from {{ retours('road_barometer', 'mesures') }} as r
),

lues as (
    select r.livraison_id, r.feuille, r.ligne, r.colonne, r.annee, r.mois, r.code_departement, coalesce(p.donne, r.mesure) as mesure,
        r.force,
        case
            when p.moins is null then r.valeur
            when r.valeur >= m.valeur then r.valeur - m.valeur
        end as valeur,
        r.mesure as mesure_recue, r.colonne_recue, r.valeur as valeur_recue, p.moins as mesure_otee,
        m.livraison_id as livraison_otee, m.feuille as feuille_otee, m.ligne as ligne_otee, m.colonne as colonne_otee,
        m.valeur as valeur_otee
    from recues as r
    left join {{ ref('barometre_parts') }} as p on p.mesure = r.mesure
    left join recues as m
        on m.mesure = p.moins and m.annee = r.annee and m.mois = r.mois and m.code_departement = r.code_departement
        and m.force = r.force
)

select livraison_id, feuille, ligne, colonne, annee, mois, code_departement, mesure, force,
    case when count(*) over (partition by annee, mois, code_departement, mesure, force) = 1 then valeur end as valeur,
    mesure_recue, colonne_recue, valeur_recue, mesure_otee, livraison_otee, feuille_otee, ligne_otee, colonne_otee, valeur_otee
from lues
