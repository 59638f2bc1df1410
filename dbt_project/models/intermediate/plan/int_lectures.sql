-- Which reading of a printed line is kept. A line is what the plan prints of one series and one territory in one table or
-- section, year after year. A reading explains it when it explains each of its years, two at least, within what its source
-- revises and within one perimeter; of those that do, the one whose worst year is nearest. Else the plan's own word stays:
-- a single figure, or a part of a line, is met by chance too easily.
with lues as (
    select
        chiffre_code, serie_code, territoire_code, section, coalesce(tableau, '') as tableau, candidat, perimetre_calcule,
        calcul, verdict,
        100.0 * abs(calcul - valeur) / nullif(greatest(abs(valeur), 1), 0) as ecart_pct
    from {{ ref('int_rapproches') }}
    where grandeur = 'nombre' and periode_type = 'annee' and qualificatif is null
),

lignes as (
    select
        serie_code, territoire_code, section, tableau, candidat,
        count(*) as n_imprimees,
        count(calcul) as n_calculees,
        count(case when verdict in ('egal', 'dans_la_revision') then 1 end) as n_expliquees,
        count(distinct perimetre_calcule) as n_perimetres,
        max(ecart_pct) as ecart_pct
    from lues
    group by serie_code, territoire_code, section, tableau, candidat
    having count(*) >= 2
),

jugees as (
    select *, n_expliquees = n_imprimees and n_perimetres = 1 as explique
    from lignes
)

select
    *,
    count(case when explique then 1 end) over (partition by serie_code, territoire_code, section, tableau) as n_explicatives,
    row_number() over (
        partition by serie_code, territoire_code, section, tableau
        order by case when explique then 0 else 1 end, case when explique then ecart_pct end, candidat
    ) = 1 as retenue
from jugees
