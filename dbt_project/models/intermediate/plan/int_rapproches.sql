-- A printed figure beside what each of its readings computes, and the verdict of each.
with chiffres as (
    select c.*, {{ lieu('c') }} as lieu, q.tolerance_pct
    from {{ du_plan('chiffres_imprimes') }} as c
    inner join {{ ref('grandeurs') }} as g on g.grandeur = c.grandeur and g.a_rapprocher
    left join {{ ref('qualificatifs') }} as q on q.qualificatif = c.qualificatif
),

-- A rate is read in the plan's own unit: for 1 000 inhabitants is not for 1 000 dwellings.
lus as (
    select
        c.*,
        case when r.candidat is null then 1 else r.candidat end as candidat,
        r.reponse,
        case when r.candidat is null then c.territoire_code else r.territoire_lu end as territoire_lu,
        r.indicateurs,
        r.libelles,
        r.source as statistique,
        r.note as note_reponse,
        r.serie_code is not null as repond
    from chiffres as c
    left join {{ ref('int_candidats') }} as r
        on r.serie_code = c.serie_code and r.territoire_code = c.territoire_code
        and (c.grandeur <> 'taux' or r.unite_taux = c.unite)
),

en_face as (
    select
        c.*,
        case when v1.source is null then c.statistique else v1.source end as source,
        v1.perimetre as perimetre_calcule,
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
        {{ revision('v1.valeur', 'p') }} as t1
    from lus as c
    left join {{ ref('int_series_calculees') }} as v1
        on v1.serie_code = c.serie_code
        and v1.suite = 'en_usage'
        and v1.candidat = c.reponse
        and v1.territoire_code = c.territoire_lu
        and v1.periode_type = c.periode_type
        and v1.periode = c.periode
    left join {{ ref('int_series_calculees') }} as v0
        on v0.serie_code = c.serie_code
        and v0.suite = 'en_usage'
        and v0.candidat = c.reponse
        and v0.territoire_code = c.territoire_lu
        and v0.periode_type = c.periode_type
        and v0.periode = c.periode_reference
    -- What the source of the value usually revises, whichever source the indicator was first made for.
    left join {{ ref('revisions') }} as p on p.statistique = v1.source
    left join {{ ref('int_taux') }} as x
        on c.grandeur = 'taux'
        and x.indicateur_code = c.indicateurs
        and x.territoire_code = c.territoire_lu
        and x.periode = c.periode
        and x.retenu
    left join {{ ref('motifs') }} as q on q.motif_code = 'autre_perimetre' and v0.perimetre <> v1.perimetre
    -- The population in force in a year is the census of three years before.
    left join {{ ref('int_populations') }} as h
        on c.grandeur = 'population'
        and h.nature = 'population'
        and h.territoire_code = c.territoire_lu
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
        case grandeur when 'nombre' then v1 - t1 when 'taux' then taux * (v1 - t1) / nullif(v1, 0) end as bas,
        case grandeur when 'nombre' then v1 + t1 when 'taux' then taux * (v1 + t1) / nullif(v1, 0) end as haut
    from en_face
),

seuls as (
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
        end as verdict_seul,
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

-- A change is within the revision when it is that of the two printed counts and both are: two small gaps of contrary signs
-- make a large one. Of two rounded counts that agree, it agrees as far as their roundings go.
select
    s.*,
    case
        when s.verdict_seul <> 'divergent' or s.grandeur <> 'evolution' or e.chiffre_code is null or not e.d_accord
            then s.verdict_seul
        when n1.verdict_seul = 'egal' and n0.verdict_seul = 'egal' then 'egal'
        when n1.verdict_seul in ('egal', 'dans_la_revision') and n0.verdict_seul in ('egal', 'dans_la_revision')
            then 'dans_la_revision'
        else s.verdict_seul
    end as verdict
from seuls as s
left join {{ ref('int_evolutions_imprimees') }} as e on e.chiffre_code = s.chiffre_code
left join seuls as n1 on n1.chiffre_code = e.code_1 and n1.candidat = s.candidat
left join seuls as n0 on n0.chiffre_code = e.code_0 and n0.candidat = s.candidat
