-- Figures typed as running totals since January: they never fall within a year, they start again after it, and what each
-- adds to the one before is even where they are not. Twice the log-likelihood of each reading, under one rate a year: as
-- the figures of each period, and as what is added to the period before. The gap of the two is the evidence, summed over
-- the years of a series that read as running totals.
with valeurs as (
    select v.source, v.indicateur_code, v.territoire_code, v.periode_type, v.periode, year(v.periode_debut) as annee,
        case v.periode_type when 'mois' then month(v.periode_debut) else ceil(month(v.periode_debut)::double / nullif(3, 0))
            end::integer as rang,
        case v.periode_type when 'mois' then 12 else 4 end as n_annee, v.valeur::double as valeur, v.livraisons
    from {{ ref('int_valeurs') }} as v
    inner join {{ ref('int_indicateurs') }} as i on i.indicateur_code = v.indicateur_code
    inner join {{ ref('int_territoires_instance') }} as t on t.territoire_code = v.territoire_code
    where v.ventilation_type = 'total' and v.valeur is not null and i.cumul in ('somme', 'moyenne') and v.unite <> '%'
        and (
            (v.periode_type = 'mois' and v.source in ('retours_iscg', 'barometre_odsr', 'etat4001_departements'))
            or (v.periode_type = 'mois' and v.source = 'retours_services' and t.niveau = 'service')
            or (v.periode_type = 'trimestre' and v.source = 'suivi_actions')
        )
    union all
    -- A post is no territory of the register.
    select v.source, v.indicateur_code, v.territoire_code, v.periode_type, v.periode, year(v.periode_debut),
        month(v.periode_debut), 12, v.valeur::double, v.livraisons
    from {{ ref('int_valeurs_iscg') }} as v
    left join {{ ref('int_territoires_instance') }} as t on t.territoire_code = v.territoire_code
    inner join {{ ref('int_indicateurs') }} as i on i.indicateur_code = v.indicateur_code
    where v.ventilation_type = 'total' and i.cumul in ('somme', 'moyenne') and t.territoire_code is null
),

suites as (
    select *, case when rang = 1 then valeur else valeur - lag(valeur) over annees end as ajout,
        lag(rang) over annees as rang_avant
    from valeurs
    window annees as (partition by source, indicateur_code, territoire_code, periode_type, annee order by rang)
),

-- From January on, without a hole, and long enough to say something: half a year of months, three quarters.
annees as (
    select source, indicateur_code, territoire_code, periode_type, annee, count(*) as n, max(valeur) as dernier,
        min(valeur) as premier, sum(valeur) as somme, max(periode) as periode, {{ lot_de('livraisons') }} as livraisons
    from suites
    group by source, indicateur_code, territoire_code, periode_type, annee
    having min(rang) = 1 and max(rang) = count(*) and min(ajout) >= 0 and max(valeur) > min(valeur)
        and count(*) >= 0.5 * max(n_annee) and count(*) >= 3
),

-- x · ln(x / mean) of each reading; nothing has no weight.
lectures as (
    select a.source, a.indicateur_code, a.territoire_code, a.periode_type, a.annee,
        2 * sum(case when s.valeur > 0 then s.valeur * ln(s.valeur * a.n / nullif(a.somme, 0)) else 0 end) as des_periodes,
        2 * sum(case when s.ajout > 0 then s.ajout * ln(s.ajout * a.n / nullif(a.dernier, 0)) else 0 end) as des_ajouts
    from annees as a
    inner join suites as s
        on s.source = a.source and s.indicateur_code = a.indicateur_code and s.territoire_code = a.territoire_code
        and s.periode_type = a.periode_type and s.annee = a.annee
    group by a.source, a.indicateur_code, a.territoire_code, a.periode_type, a.annee
),

-- A series that only grows does not start again in January.
reprises as (
    select a.source, a.indicateur_code, a.territoire_code, a.periode_type, a.annee,
        min(case when p.valeur >= 0.5 * a.dernier then 1 else 0 end) as continue_apres
    from annees as a
    inner join valeurs as p
        on p.source = a.source and p.indicateur_code = a.indicateur_code and p.territoire_code = a.territoire_code
        and p.periode_type = a.periode_type and p.annee = a.annee + 1 and p.rang = 1
    group by a.source, a.indicateur_code, a.territoire_code, a.periode_type, a.annee
),

cumulees as (
    select a.*, l.des_periodes - l.des_ajouts as indice
    from annees as a
    inner join lectures as l
        on l.source = a.source and l.indicateur_code = a.indicateur_code and l.territoire_code = a.territoire_code
        and l.periode_type = a.periode_type and l.annee = a.annee
    left join reprises as r
        on r.source = a.source and r.indicateur_code = a.indicateur_code and r.territoire_code = a.territoire_code
        and r.periode_type = a.periode_type and r.annee = a.annee
    where l.des_periodes > l.des_ajouts and (r.continue_apres is null or r.continue_apres = 0)
),

-- A service sends its indicators in one return: the one that says it best speaks for it.
indices as (
    select source, territoire_code, case when source <> 'retours_services' then indicateur_code end as indicateur_code,
        indicateur_code as exemple, sum(indice) as indice, max_by(periode, annee) as periode,
        max_by(somme, annee) as somme, max_by(dernier, annee) as dernier, {{ lot_de('livraisons') }} as livraisons
    from cumulees
    group by source, territoire_code, indicateur_code
),

dites as (
    select source, territoire_code, indicateur_code, max(indice) as indice, max_by(periode, indice) as periode,
        max_by(exemple, indice) as exemple, max_by(somme, indice) as somme, max_by(dernier, indice) as dernier,
        max_by(livraisons, indice) as livraisons
    from indices
    group by source, territoire_code, indicateur_code
),

regardees as (
    select distinct source, territoire_code,
        case when source <> 'retours_services' then indicateur_code end as indicateur_code
    from valeurs
)

select 'CUMUL_ANNEE' as regle_code, v.source, v.indicateur_code, v.territoire_code, d.periode, d.exemple as detail,
    d.somme as observe, d.dernier as attendu, case when d.indice is null then 0 else d.indice end::double as ecart,
    d.livraisons
from regardees as v
left join dites as d
    on d.source = v.source and d.territoire_code = v.territoire_code
    and coalesce(d.indicateur_code, '') = coalesce(v.indicateur_code, '')
