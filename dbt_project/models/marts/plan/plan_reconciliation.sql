with chiffres as (
    select
        c.*,
        {{ lieu('c') }} as lieu,
        case when c.territoire_code in ('FRA', 'FRM') then 'france' else 'local' end as perimetre,
        q.tolerance_pct
    from {{ du_plan('chiffres_imprimes') }} as c
    inner join {{ ref('grandeurs') }} as g on g.grandeur = c.grandeur and g.a_rapprocher
    left join {{ ref('qualificatifs') }} as q on q.qualificatif = c.qualificatif
),

en_face as (
    select
        c.*,
        coalesce(r.candidat, 1) as candidat,
        r.indicateurs,
        r.libelles,
        coalesce(v1.source, r.source) as source,
        v1.perimetre as perimetre_calcule,
        r.note as note_reponse,
        r.serie_code is not null as repond,
        v1.valeur as v1,
        case when v0.perimetre = v1.perimetre then v0.valeur end as v0,
        v1.periode is not null as dans_calendrier,
        coalesce(v1.motif_code, v0.motif_code, case when v0.perimetre <> v1.perimetre then 'autre_perimetre' end)
            as motif_valeur_code,
        coalesce(v1.motif, v0.motif, q.libelle) as motif_valeur,
        v1.lot_livraisons,
        x.taux,
        h.valeur as habitants,
        h.millesime,
        {{ revision('v1.valeur', 'p') }} as t1,
        {{ revision('v0.valeur', 'p') }} as t0
    from chiffres as c
    left join {{ ref('int_reponses') }} as r on r.serie_code = c.serie_code and r.perimetre = c.perimetre
    left join {{ ref('revisions') }} as p on p.statistique = r.source
    left join {{ ref('int_series_calculees') }} as v1
        on v1.serie_code = c.serie_code
        and v1.suite = 'en_usage'
        and v1.candidat = r.candidat
        and v1.territoire_code = c.territoire_code
        and v1.periode_type = c.periode_type
        and v1.periode = c.periode
    left join {{ ref('int_series_calculees') }} as v0
        on v0.serie_code = c.serie_code
        and v0.suite = 'en_usage'
        and v0.candidat = r.candidat
        and v0.territoire_code = c.territoire_code
        and v0.periode_type = c.periode_type
        and v0.periode = c.periode_reference
    left join {{ ref('int_taux') }} as x
        on c.grandeur = 'taux'
        and x.indicateur_code = r.indicateurs
        and x.territoire_code = c.territoire_code
        and x.periode = c.periode
        and x.retenu
    left join {{ ref('motifs') }} as q on q.motif_code = 'autre_perimetre' and v0.perimetre <> v1.perimetre
    -- The population in force in a year is the census of three years before.
    left join {{ ref('int_populations') }} as h
        on c.grandeur = 'population'
        and h.nature = 'population'
        and h.territoire_code = c.territoire_code
        and h.millesime = try_cast(c.periode as integer) - 3
),

calcules as (
    select
        *,
        case
            when grandeur = 'nombre' then v1::double
            when grandeur = 'taux' then taux::double
            when grandeur = 'population' then habitants::double
            when grandeur = 'evolution' then 100.0 * (v1 - v0) / nullif(v0, 0)
        end as calcul,
        case grandeur
            when 'nombre' then v1 - t1
            when 'taux' then taux * (v1 - t1) / nullif(v1, 0)
            when 'evolution' then 100.0 * ((v1 - t1) - (v0 + t0)) / nullif(v0 + t0, 0)
        end as bas,
        case grandeur
            when 'nombre' then v1 + t1
            when 'taux' then taux * (v1 + t1) / nullif(v1, 0)
            when 'evolution' then 100.0 * ((v1 + t1) - (v0 - t0)) / nullif(case when v0 > t0 then v0 - t0 end, 0)
        end as haut
    from en_face
),

juges as (
    select
        *,
        case
            when calcul is null then 'non_calculable'
            when qualificatif = 'plus_de' and calcul > valeur then 'egal'
            when qualificatif = 'au_moins' and calcul >= valeur then 'egal'
            when qualificatif = 'moins_de' and calcul < valeur then 'egal'
            when qualificatif = 'au_plus' and calcul <= valeur then 'egal'
            when qualificatif = 'environ' and 100 * abs(calcul - valeur) <= tolerance_pct * abs(valeur) then 'egal'
            when 2 * abs(calcul - valeur) <= arrondi then 'egal'
            when valeur between bas and haut then 'dans_la_revision'
            else 'divergent'
        end as verdict,
        case
            when calcul is not null then null
            when grandeur = 'population' then 'denominateur_manquant'
            when not repond then 'sans_source'
            when grandeur = 'taux' and v1 is not null then 'denominateur_manquant'
            when not dans_calendrier and periode_type <> 'annee' then 'grain_absent'
            when not dans_calendrier then 'hors_calendrier'
            when motif_valeur_code is not null then motif_valeur_code
            else 'reference_nulle'
        end as motif_code
    from calcules
)

select
    j.chiffre_code,
    j.candidat,
    j.section,
    j.lieu,
    j.tableau,
    s.libelle as serie,
    j.territoire_code,
    j.periode,
    j.periode_reference,
    j.grandeur,
    j.valeur as valeur_imprimee,
    j.unite,
    j.qualificatif,
    j.retenu,
    j.verdict,
    j.calcul::decimal(18, 2) as valeur_calculee,
    case when j.verdict <> 'egal' then (j.calcul - j.valeur)::decimal(18, 2) end as ecart,
    case
        when j.verdict <> 'egal' and j.grandeur = 'nombre'
            then round(100.0 * (j.calcul - j.valeur) / nullif(abs(j.valeur), 0), 1)::decimal(18, 1)
    end as ecart_pct,
    case when j.habitants is not null then 'POPULATION' else j.indicateurs end as indicateurs,
    case when j.habitants is not null then 'Population municipale, recensement de ' || j.millesime::string else j.libelles end
        as definition,
    case when j.habitants is not null then 'insee_populations' else j.source end as source,
    case when j.habitants is not null then 'complet' else j.perimetre_calcule end as perimetre,
    j.motif_code,
    case
        when j.verdict <> 'non_calculable' then null
        when j.motif_code = j.motif_valeur_code then j.motif_valeur
        else m.libelle
    end as motif,
    j.note_reponse as note,
    j.lot_livraisons,
    j.texte
from juges as j
inner join {{ ref('series') }} as s on s.serie_code = j.serie_code
left join {{ ref('motifs') }} as m on m.motif_code = j.motif_code
