-- A claim beside the values that it compares: its own at both periods, and those of what it sets them against. All of them
-- cover the same of their territory.
with dites as (
    select * from {{ ref('int_affirmations_lues') }}
),

valeurs as (
    select * from {{ ref('int_series_calculees') }} where candidat = 1 and suite = 'en_usage'
),

-- Year after year between the two bounds: how many steps, how many of them up.
pas as (
    select d.affirmation_code, d.lecture, count(*) as n_pas, count(b.valeur) as n_connus,
        count(case when b.valeur > a.valeur then 1 end) as n_hausses
    from dites as d
    inner join valeurs as a
        on a.serie_code = d.serie_code and a.territoire_code = d.territoire_lu and a.periode_type = 'annee'
        and a.periode >= d.periode_reference and a.periode < d.periode
    left join valeurs as b
        on b.serie_code = a.serie_code and b.territoire_code = a.territoire_code and b.periode_type = 'annee'
        and b.periode_debut = make_date(year(a.periode_debut) + 1, 1, 1) and a.valeur is not null
        and b.perimetre = a.perimetre
    where d.relation = 'hausse_continue'
    group by all
),

-- Two rates are set side by side in one perimeter and over one census: that which covers the whole territory, where both
-- have it.
taux_compares as (
    select d.affirmation_code, d.lecture, x1.taux, x2.taux as autre_taux, x1.perimetre, x1.unite
    from dites as d
    inner join {{ ref('int_reponses') }} as q
        on q.serie_code = d.serie_code and q.perimetre = d.perimetre and q.candidat = 1
    inner join {{ ref('int_taux') }} as x1
        on x1.indicateur_code = q.indicateurs and x1.territoire_code = d.territoire_lu and x1.periode = d.periode
    inner join {{ ref('int_taux') }} as x2
        on x2.indicateur_code = q.indicateurs and x2.territoire_code = d.autre_territoire_lu and x2.periode = d.periode
        and x2.source = x1.source and x2.perimetre = x1.perimetre
        and x2.denominateur_millesime = x1.denominateur_millesime
    inner join {{ ref('perimetres') }} as p on p.perimetre = x1.perimetre
    where d.compare = 'taux'
    qualify row_number() over (
        partition by d.affirmation_code, d.lecture
        order by case when x1.taux is null or x2.taux is null then 1 else 0 end, case when p.complet then 0 else 1 end,
            x1.source
    ) = 1
)

select
    d.*,
    -- A rank is one of values that cover the same in every département: they are not always those in use here.
    coalesce(g.valeur, v1.valeur) as valeur,
    coalesce(g.valeur_reference, v0.valeur) as valeur_reference,
    w1.valeur as autre_valeur,
    w0.valeur as autre_valeur_reference,
    coalesce(v1.motif, v0.motif, w1.motif, w0.motif) as motif_valeur,
    coalesce(x.perimetre, g.perimetre, v1.perimetre) as perimetre_calcule,
    x.taux,
    x.autre_taux,
    x.unite as taux_unite,
    p.n_pas,
    p.n_connus,
    p.n_hausses,
    g.rang_pct,
    coalesce(g.evolution, 100.0 * (v1.valeur - v0.valeur) / nullif(v0.valeur, 0)) as evolution,
    100.0 * (w1.valeur - w0.valeur) / nullif(w0.valeur, 0) as autre_evolution,
    100.0 * v1.valeur / nullif(w1.valeur, 0) as part,
    100.0 * v0.valeur / nullif(w0.valeur, 0) as part_reference
from dites as d
left join valeurs as v1
    on v1.serie_code = d.serie_code and v1.territoire_code = d.territoire_lu and v1.periode = d.periode
left join valeurs as v0
    on v0.serie_code = d.serie_code and v0.territoire_code = d.territoire_lu and v0.periode = d.periode_reference
    and v0.perimetre = v1.perimetre
left join valeurs as w1
    on w1.serie_code = d.autre_serie_lue and w1.territoire_code = d.autre_territoire_lu and w1.periode = d.autre_periode_lue
    and d.a_deux_termes and w1.perimetre = v1.perimetre
left join valeurs as w0
    on w0.serie_code = d.autre_serie_lue and w0.territoire_code = d.autre_territoire_lu
    and w0.periode = d.autre_periode_reference_lue and d.a_deux_termes and w0.perimetre = v1.perimetre
left join taux_compares as x on x.affirmation_code = d.affirmation_code and x.lecture = d.lecture
left join pas as p on p.affirmation_code = d.affirmation_code and p.lecture = d.lecture
left join {{ ref('int_affirmations_rangs') }} as g
    on g.serie_code = d.serie_code and g.territoire_code = d.territoire_lu and g.periode_reference = d.periode_reference
    and g.periode = d.periode and d.compare = 'rang'
