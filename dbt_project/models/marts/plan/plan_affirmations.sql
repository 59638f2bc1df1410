-- One claim, the figures that it stands on, and whether they bear it out.
with dites as (
    select
        a.*,
        case when a.territoire_code in ('FRA', 'FRM') then 'france' else 'local' end as perimetre,
        r.libelle as relation_libelle,
        r.seuil_pct
    from {{ du_plan('affirmations') }} as a
    inner join {{ ref('relations') }} as r on r.relation = a.relation
),

annuelles as (
    select * from {{ ref('int_series_calculees') }} where candidat = 1 and suite = 'en_usage' and periode_type = 'annee'
),

-- Year after year between the two bounds: how many steps, how many of them up.
pas as (
    select d.affirmation_code, count(*) as n_pas, count(b.valeur) as n_connus,
        count(case when b.valeur > a.valeur then 1 end) as n_hausses
    from dites as d
    inner join annuelles as a
        on a.serie_code = d.serie_code and a.territoire_code = d.territoire_code
        and a.periode >= d.periode_reference and a.periode < d.periode
    left join annuelles as b
        on b.serie_code = a.serie_code and b.territoire_code = a.territoire_code
        and b.periode_debut = make_date(year(a.periode_debut) + 1, 1, 1) and a.valeur is not null
        and b.perimetre = a.perimetre
    where d.relation = 'hausse_continue'
    group by all
),

-- The share of départements whose change is at most this one's, in the perimeter that most of them have.
departements as (
    select a.*, p.complet
    from {{ ref('int_series_calculees') }} as a
    inner join {{ ref('int_territoires') }} as t on t.territoire_code = a.territoire_code and t.niveau = 'departement'
    inner join {{ ref('perimetres') }} as p on p.perimetre = a.perimetre
    where a.candidat = 1 and a.periode_type = 'annee' and a.suite = case when p.complet then 'en_usage' else a.source end
),

evolutions as (
    select b.serie_code, b.territoire_code, a.periode as periode_reference, b.periode, b.perimetre, b.complet,
        100.0 * (b.valeur - a.valeur) / nullif(a.valeur, 0) as evolution
    from departements as a
    inner join departements as b
        on b.serie_code = a.serie_code and b.territoire_code = a.territoire_code and b.perimetre = a.perimetre
        and b.source = a.source
    where a.valeur > 0 and b.valeur is not null
        and (b.serie_code, a.periode, b.periode) in (
            select d.serie_code, d.periode_reference, d.periode from dites as d
            where d.relation = 'parmi_les_plus_fortes_baisses'
        )
),

communs as (
    select serie_code, periode_reference, periode, perimetre
    from evolutions
    group by serie_code, periode_reference, periode, perimetre
    qualify row_number() over (
        partition by serie_code, periode_reference, periode
        order by count(*) desc, max(case when complet then 1 else 0 end) desc, perimetre
    ) = 1
),

rangs as (
    select e.serie_code, e.territoire_code, e.periode_reference, e.periode,
        100.0 * cume_dist() over (partition by e.serie_code, e.periode_reference, e.periode order by e.evolution) as rang_pct
    from evolutions as e
    inner join communs as c
        on c.serie_code = e.serie_code and c.periode_reference = e.periode_reference and c.periode = e.periode
        and c.perimetre = e.perimetre
),

-- Two rates are set side by side in one perimeter and over one census: that which covers the whole territory, where both
-- have it.
taux_compares as (
    select d.affirmation_code, x1.taux, x2.taux as autre_taux
    from dites as d
    inner join {{ ref('int_reponses') }} as q
        on q.serie_code = d.serie_code and q.perimetre = d.perimetre and q.candidat = 1
    inner join {{ ref('int_taux') }} as x1
        on x1.indicateur_code = q.indicateurs and x1.territoire_code = d.territoire_code and x1.periode = d.periode
    inner join {{ ref('int_taux') }} as x2
        on x2.indicateur_code = q.indicateurs and x2.territoire_code = d.autre_territoire_code and x2.periode = d.periode
        and x2.source = x1.source and x2.perimetre = x1.perimetre
        and x2.denominateur_millesime = x1.denominateur_millesime
    inner join {{ ref('perimetres') }} as p on p.perimetre = x1.perimetre
    qualify row_number() over (
        partition by d.affirmation_code
        order by case when x1.taux is null or x2.taux is null then 1 else 0 end, case when p.complet then 0 else 1 end,
            x1.source
    ) = 1
),

mesurees as (
    select
        d.*,
        v1.valeur as valeur,
        v0.valeur as valeur_reference,
        w1.valeur as autre_valeur,
        w0.valeur as autre_valeur_reference,
        coalesce(v1.motif, v0.motif, w1.motif, w0.motif) as motif_valeur,
        x.taux,
        x.autre_taux,
        p.n_pas,
        p.n_connus,
        p.n_hausses,
        g.rang_pct,
        100.0 * (v1.valeur - v0.valeur) / nullif(v0.valeur, 0) as evolution,
        100.0 * v1.valeur / nullif(w1.valeur, 0) as part,
        100.0 * v0.valeur / nullif(w0.valeur, 0) as part_reference
    from dites as d
    left join annuelles as v1
        on v1.serie_code = d.serie_code and v1.territoire_code = d.territoire_code and v1.periode = d.periode
    left join annuelles as v0
        on v0.serie_code = d.serie_code and v0.territoire_code = d.territoire_code and v0.periode = d.periode_reference
        and v0.perimetre = v1.perimetre
    left join annuelles as w1
        on w1.serie_code = d.autre_serie_code and w1.territoire_code = d.territoire_code and w1.periode = d.periode
        and w1.perimetre = v1.perimetre
    left join annuelles as w0
        on w0.serie_code = d.autre_serie_code and w0.territoire_code = d.territoire_code
        and w0.periode = d.periode_reference and w0.perimetre = v1.perimetre
    left join taux_compares as x on x.affirmation_code = d.affirmation_code
    left join pas as p on p.affirmation_code = d.affirmation_code
    left join rangs as g
        on g.serie_code = d.serie_code and g.territoire_code = d.territoire_code
        and g.periode_reference = d.periode_reference and g.periode = d.periode
),

jugees as (
    select
        *,
        case relation
            when 'hausse' then evolution > seuil_pct
            when 'forte_hausse' then evolution >= seuil_pct
            when 'legere_hausse' then evolution > 0 and evolution < seuil_pct
            when 'baisse' then evolution < seuil_pct
            when 'legere_baisse' then evolution < 0 and evolution > -seuil_pct
            when 'stabilite' then abs(evolution) <= seuil_pct
            when 'doublement' then evolution >= seuil_pct
            when 'hausse_continue'
                then case when n_connus = n_pas and n_pas = cast(periode as integer) - cast(periode_reference as integer)
                    then n_hausses = n_pas end
            when 'majorite_de' then part > seuil_pct
            when 'superieur_a' then valeur > autre_valeur
            when 'taux_inferieur_a' then taux < autre_taux
            when 'part_en_baisse' then part < part_reference
            when 'parmi_les_plus_fortes_baisses' then evolution < 0 and rang_pct <= seuil_pct
        end as tenue
    from mesurees
)

select
    j.affirmation_code,
    j.section,
    j.texte,
    j.serie_code,
    s.libelle as serie,
    j.territoire_code,
    j.relation,
    j.relation_libelle,
    j.periode,
    j.periode_reference,
    j.autre_serie_code,
    j.autre_territoire_code,
    case
        when j.tenue is null or b.affirmation_code is not null then 'non_calculable'
        when j.tenue then 'verifiee'
        else 'contredite'
    end as verdict,
    j.valeur,
    j.valeur_reference,
    j.autre_valeur,
    j.autre_valeur_reference,
    case when b.affirmation_code is null then j.evolution end::decimal(18, 2) as evolution_pct,
    case when b.affirmation_code is null then j.rang_pct end::decimal(9, 2) as rang_pct,
    case
        when j.tenue is not null and b.affirmation_code is not null then m.libelle
        when j.tenue is not null then null
        when j.relation = 'taux_inferieur_a' then 'Un des deux taux manque'
        when j.motif_valeur is not null then j.motif_valeur
        else 'Aucune valeur annuelle de cette série pour ce territoire et ces périodes'
    end as motif,
    j.note
from jugees as j
inner join {{ ref('series') }} as s on s.serie_code = j.serie_code
left join {{ ref('int_affirmations_rompues') }} as b on b.affirmation_code = j.affirmation_code
inner join {{ ref('motifs') }} as m on m.motif_code = 'rupture_de_serie'
