"""What the rows of one delivery say twice: parts beside their total, a constant, a column that follows the years.

Each gives a row a comparison, as `pipelines.quality.computed` does; `calculs.csv` names it by its `genre`.
"""

# ruff: noqa: S608 -- every name and value of these queries is of a table of this project

from __future__ import annotations

from pipelines.quality.computed import condition, head, number


def parts(line: dict[str, str], names: list[str]) -> str:
    """The parts that are known of a breakdown with an empty cell: they cannot already make more than the total."""
    value = number(line["termes"])
    return f"""
with nommees as (
    select {head(line, names)}, {value} as valeur from lignes where {condition(line["quand"])}
),
sommes as (
    select livraison_id, territoire_code, periode, detail, sum(valeur) as somme, count(*) - count(valeur) as n_vides
    from nommees where detail <> 'total'
    group by all having count(valeur) > 0
)
select t.regle_code, t.livraison_id, t.feuille, t.ligne, t.colonne, t.indicateur_code, t.territoire_code, t.periode,
    s.detail, s.somme as observe, t.valeur as attendu,
    case when s.n_vides > 0 then greatest(s.somme - t.valeur, 0) else 0 end as ecart
from nommees as t
join sommes as s on s.livraison_id = t.livraison_id and s.territoire_code = t.territoire_code and s.periode = t.periode
where t.detail = 'total' and t.valeur is not null"""


def constant(line: dict[str, str], names: list[str]) -> str:
    """A value that is one for its place and period, against the one that most of its rows give."""
    value = number(line["termes"])
    return f"""
with lues as (
    select {head(line, names)}, {value} as valeur from lignes where {value} is not null
),
usuelles as (
    select livraison_id, territoire_code, periode, mode(valeur) as valeur from lues group by all
)
select l.regle_code, l.livraison_id, l.feuille, l.ligne, l.colonne, l.indicateur_code, l.territoire_code, l.periode,
    l.detail, l.valeur as observe, u.valeur as attendu, abs(l.valeur - u.valeur) as ecart
from lues as l
join usuelles as u on u.livraison_id = l.livraison_id and u.territoire_code = l.territoire_code
    and u.periode = l.periode"""


def following(line: dict[str, str], names: list[str]) -> str:
    """A value that never goes back from one period of a place to the next, one row a place and period."""
    value = number(line["termes"])
    return f"""
with lues as (
    select {head(line, names)}, {value} as valeur from lignes where {value} is not null
),
periodes as (
    select regle_code, livraison_id, territoire_code, periode, min(feuille) as feuille, min(ligne::bigint) as ligne,
        min(indicateur_code) as indicateur_code, min(detail) as detail, min(valeur) as valeur, max(valeur) as plus_haute
    from lues group by all
),
suivies as (
    select *, max(plus_haute) over (
        partition by livraison_id, territoire_code order by periode rows between unbounded preceding and 1 preceding
    ) as avant
    from periodes
)
select regle_code, livraison_id, feuille, ligne, null as colonne, indicateur_code, territoire_code, periode, detail,
    valeur as observe, avant as attendu, greatest(avant - valeur, 0) as ecart
from suivies where avant is not null"""


def part(line: dict[str, str], names: list[str]) -> str:
    """A line that counts a part of what another line of the same place, period and detail counts whole."""
    whole, member, column = line["termes"].split()
    return f"""
with lues as (
    select {head(line, names)}, {number(column)} as valeur from lignes where {number(column)} is not null
)
select p.regle_code, p.livraison_id, p.feuille, p.ligne, p.colonne, p.indicateur_code, p.territoire_code, p.periode,
    p.detail, p.valeur as observe, t.valeur as attendu, greatest(p.valeur - t.valeur, 0) as ecart
from lues as p
join lues as t on t.livraison_id = p.livraison_id and t.territoire_code = p.territoire_code and t.periode = p.periode
    and t.detail = p.detail and t.indicateur_code = '{whole}'
where p.indicateur_code = '{member}'"""
