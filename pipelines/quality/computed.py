"""What is computed of the rows of one delivery, as `expectations/reception/calculs.csv` says: one query a line.

Each gives a row a comparison: rule, place, indicator, territory, period, detail, what is observed and expected, and how
far apart they are.
"""

# ruff: noqa: S608 -- every name and value of these queries is of a table of this project

from __future__ import annotations

import re
from collections.abc import Iterable

from pipelines.base.sql import literal

PLACE = "livraison_id, feuille, ligne, colonne"


def product(line: dict[str, str], names: list[str]) -> str:
    """A rate for a thousand, what it is a rate of, and the count that it should give."""
    rate, of, count = (number(name) for name in line["termes"].split())
    return (
        f"select {head(line, names)}, {rate} * {of} * 0.001 as observe, {count} as attendu,"
        f" abs({rate} * {of} * 0.001 - {count}) as ecart from lignes"
        f" where {condition(line['quand'])} and {rate} * {of} is not null and {count} is not null"
    )


def breakdown(line: dict[str, str], names: list[str]) -> str:
    """The sum of each breakdown against the line of the total; a breakdown with an empty cell says nothing."""
    value = number(line["termes"])
    return f"""
with nommees as (
    select {head(line, names)}, {value} as valeur from lignes where {condition(line["quand"])}
),
totaux as (select * from nommees where detail = 'total'),
sommes as (
    select livraison_id, territoire_code, periode, detail, sum(valeur) as somme from nommees where detail <> 'total'
    group by all having count(*) = count(valeur)
)
select t.regle_code, t.livraison_id, t.feuille, t.ligne, t.colonne, t.indicateur_code, t.territoire_code, t.periode,
    s.detail, s.somme as observe, t.valeur as attendu, abs(s.somme - t.valeur) as ecart
from totaux as t
join sommes as s on s.livraison_id = t.livraison_id and s.territoire_code = t.territoire_code and s.periode = t.periode
where t.valeur is not null"""


def _columns(line: dict[str, str], names: list[str]) -> str:
    """The columns of each sheet of a matrix: where they are, what they hold, how many of their cells are not 0."""
    group, key, value = line["termes"].split()
    return f"""
cellules as (
    select {head(line, names)}, {group} as groupe, {key} as cle, {number(value)} as valeur from lignes
),
colonnes as (
    select regle_code, livraison_id, feuille, colonne, indicateur_code, territoire_code, periode, groupe,
        min(ligne::bigint) as ligne, count(*) filter (valeur > 0) as n,
        md5(string_agg(cle || ':' || coalesce(valeur::varchar, ''), ',' order by cle)) as contenu
    from cellules group by all
)"""


def repeated(line: dict[str, str], names: list[str], elsewhere: float) -> str:
    """Columns of one sheet that say the same; `elsewhere` is how many cells that takes in two départements."""
    return f"""
with {_columns(line, names)},
jumelles as (
    select a.livraison_id, a.feuille, a.colonne, min(b.indicateur_code || ' (colonne ' || b.colonne || ')') as autre
    from colonnes as a
    join colonnes as b on b.livraison_id = a.livraison_id and b.feuille = a.feuille and b.contenu = a.contenu
        and (length(b.colonne), b.colonne) < (length(a.colonne), a.colonne)
        and (b.groupe = a.groupe or a.n > {elsewhere})
    group by all
)
select a.regle_code, a.livraison_id, a.feuille, a.ligne, a.colonne, a.indicateur_code, a.territoire_code, a.periode,
    coalesce(j.autre, '') as detail, a.n as observe, a.n as attendu,
    case when j.colonne is null then 0 else a.n end as ecart
from colonnes as a
left join jumelles as j on j.livraison_id = a.livraison_id and j.feuille = a.feuille and j.colonne = a.colonne"""


def total(line: dict[str, str], names: list[str]) -> str:
    """A column that is the sum of the others of its group, or that says so in its header."""
    return f"""
with {_columns(line, names)},
sommes as (
    select livraison_id, feuille, groupe, cle, sum(valeur) as somme, count(*) as n_colonnes
    from cellules group by all having count(*) = count(valeur)
),
egales as (
    select c.livraison_id, c.feuille, c.colonne, max(s.n_colonnes) as n_colonnes,
        count(*) filter (s.somme <> 2 * c.valeur) as n_autres
    from cellules as c
    join sommes as s on s.livraison_id = c.livraison_id and s.feuille = c.feuille and s.groupe = c.groupe
        and s.cle = c.cle
    group by all
)
select k.regle_code, k.livraison_id, k.feuille, k.ligne, k.colonne, k.indicateur_code, k.territoire_code, k.periode,
    '' as detail, k.n as observe, k.n as attendu,
    case
        when e.n_autres = 0 and e.n_colonnes > 2 then k.n
        when upper(k.indicateur_code) like 'TOTAL%' or upper(k.indicateur_code) like 'ENSEMBLE%' then 1000
        else 0
    end as ecart
from colonnes as k
left join egales as e on e.livraison_id = k.livraison_id and e.feuille = k.feuille and e.colonne = k.colonne"""


def blocks(line: dict[str, str], names: list[str]) -> str:
    """The last group of rows of a file, when every other group has as many rows as the next."""
    key = " || ' ' || ".join(_alternatives(part, names) for part in line["termes"].split())
    return f"""
with blocs as (
    select {head(line, names)}, {key} as bloc from lignes
),
comptes as (
    select regle_code, livraison_id, bloc, min(feuille) as feuille, max(ligne::bigint) as ligne,
        min(indicateur_code) as indicateur_code, min(territoire_code) as territoire_code, min(periode) as periode,
        count(*) as n
    from blocs group by all
),
autres as (
    select *, row_number() over (partition by livraison_id order by ligne desc) as rang from comptes
),
pleins as (
    select livraison_id, min(n) as n, max(n) as n_max, count(*) as n_blocs from autres where rang > 1 group by all
)
select a.regle_code, a.livraison_id, a.feuille, a.ligne, null as colonne, a.indicateur_code, a.territoire_code,
    a.periode, '' as detail, a.n as observe, p.n as attendu,
    case when p.n = p.n_max and p.n_blocs > 2 then p.n - a.n else 0 end as ecart
from autres as a
join pleins as p on p.livraison_id = a.livraison_id
where a.rang = 1"""


def head(line: dict[str, str], names: list[str]) -> str:
    said = {"indicateur_code": "indicateur", "territoire_code": "territoire", "periode": "periode", "detail": "detail"}
    columns = [f"{expression(line[column], names)} as {name}" for name, column in said.items()]
    return f"{literal(line['regle_code'])} as regle_code, {PLACE}, {', '.join(columns)}"


def expression(template: str, names: list[str]) -> str:
    """`DEP-{code_departement|nu:2}`: the first of these columns that is filled, padded with zeros where asked;
    `{20+annee_2}` is written after its own prefix.
    """
    pieces = [
        _alternatives(piece[1:-1], names) if piece.startswith("{") else literal(piece)
        for piece in re.split(r"(\{[^}]*\})", template)
        if piece
    ]
    return " || ".join(pieces) if pieces else "''"


def _alternatives(columns: str, names: list[str]) -> str:
    found = []
    for alternative in columns.split("|"):
        prefix, plus, rest = alternative.rpartition("+")
        name, _, width = rest.partition(":")
        if name in names:
            value = f"lpad({name}, {int(width)}, '0')" if width else name
            found.append(f"{literal(prefix)} || {value}" if plus else value)
    if not found:
        raise ValueError(f"expectations/reception: none of {columns} is a column that is read")
    return f"coalesce({', '.join(found)})"


def condition(wanted: str) -> str:
    if not wanted:
        return "true"
    name, different, value = re.split(r"(!?=)", wanted, maxsplit=1)
    return f"{name} {'<>' if different == '!=' else '='} {literal(value)}"


def number(name: str) -> str:
    return f"try_cast({name} as double)"


def listed(rows: Iterable[tuple]) -> str:
    return ", ".join("(" + ", ".join(literal(v) if isinstance(v, str) else str(v) for v in row) + ")" for row in rows)
