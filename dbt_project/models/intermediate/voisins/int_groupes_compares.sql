-- Of the sources that tell of an indicator and a year, the one that tells of the most neighbours, the complete one first;
-- with how much those counts vary, and where the département stands for certain.
with tailles as (
    select count(*) as n_voisins from {{ ref('int_voisins') }} where rang > 0
),

choisis as (
    select g.indicateur_code, g.annee, g.source, g.perimetre, count(case when g.role = 'voisin' then 1 end) as n_connus,
        count(case when g.role = 'voisin' then g.habitants end) as n_rapportes
    from {{ ref('int_valeurs_comparees') }} as g
    inner join {{ ref('perimetres') }} as p on p.perimetre = g.perimetre
    inner join {{ ref('precedences') }} as s on s.source = g.source
    group by g.indicateur_code, g.annee, g.source, g.perimetre, p.complet, s.rang
    qualify row_number() over (
        partition by g.indicateur_code, g.annee order by count(case when g.role = 'voisin' then g.habitants end) desc,
            case when p.complet then 0 else 1 end, s.rang, g.source
    ) = 1
),

-- From one year to the next, all of them moving alike: Pearson's statistic of the table of départements by two years, over
-- its degrees of freedom (McCullagh and Nelder, Generalized Linear Models, 1989, 4.5.2).
couples as (
    select a.indicateur_code, a.source, a.annee, a.valeur::double as x, (a.valeur + b.valeur)::double as n,
        sum(a.valeur) over (partition by a.indicateur_code, a.source, a.annee)::double
            / nullif(sum(a.valeur + b.valeur) over (partition by a.indicateur_code, a.source, a.annee), 0)::double as part,
        count(*) over (partition by a.indicateur_code, a.source, a.annee) as n_couples
    from {{ ref('int_valeurs_comparees') }} as a
    inner join {{ ref('int_valeurs_comparees') }} as b
        on b.indicateur_code = a.indicateur_code and b.source = a.source and b.territoire_code = a.territoire_code
        and b.perimetre = a.perimetre and b.unite_compte = a.unite_compte and b.annee = a.annee - 1
    where a.role in ('departement', 'voisin')
),

ecarts as (
    select c.indicateur_code, c.source, c.annee, count(*) - 1 as degres,
        sum(((c.x - c.n * c.part) * (c.x - c.n * c.part) / nullif(c.n * c.part * (1 - c.part), 0))::decimal(18, 6)) as khi_deux
    from couples as c
    cross join tailles as t
    where c.n > 0 and c.n_couples = t.n_voisins + 1
    group by all
    having count(*) > 1 and min(c.part) > 0 and max(c.part) < 1
),

dispersions as (
    select c.indicateur_code, c.annee, c.source, count(*) as n_annees,
        greatest(1, sum(e.khi_deux)::double / nullif(sum(e.degres), 0))::decimal(9, 4) as dispersion
    from choisis as c
    cross join {{ ref('voisinage') }} as r
    inner join ecarts as e
        on e.indicateur_code = c.indicateur_code and e.source = c.source
        and e.annee between c.annee - r.annees_dispersion + 1 and c.annee
    group by c.indicateur_code, c.annee, c.source
)

select c.indicateur_code, c.annee, c.source, c.perimetre, t.n_voisins::integer as n_voisins, c.n_connus::integer as n_connus,
    c.n_rapportes::integer as n_rapportes, d.n_annees::integer as dispersion_n,
    case when d.dispersion is null then 1 else d.dispersion end::decimal(9, 4) as dispersion,
    -- All the comparisons of a rank are right together (Bonferroni).
    {{ quantile_normal('(1 - r.confiance_pct * 0.01) / nullif(2 * t.n_voisins, 0)') }}::decimal(9, 4) as limite
from choisis as c
cross join tailles as t
cross join {{ ref('voisinage') }} as r
left join dispersions as d
    on d.indicateur_code = c.indicateur_code and d.source = c.source and d.annee = c.annee
