"""Which published value is asked for, and what to say when there is none."""

from __future__ import annotations

from dataclasses import dataclass, replace
from difflib import get_close_matches
from typing import TYPE_CHECKING

from pipelines.base.exit_codes import Stopped
from pipelines.base.said_periods import read_said
from pipelines.publication.reading import rows

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

KEY = (
    "indicateur_code", "territoire_code", "periode_type", "periode", "ventilation_type", "ventilation_code", "source",
)  # fmt: skip


class Unknown(Stopped):
    """Nothing published answers to these codes. The text is French: the user reads it."""


@dataclass(frozen=True)
class Question:
    """What the user wrote; without `source`, the value in use."""

    indicator: str
    territory: str
    period: str
    breakdown: str = "total=total"
    source: str | None = None


def values(db: DuckDBPyConnection, asked: Question) -> list[dict]:
    """The published values that answer, the one to explain first; raises Unknown, naming what is near.

    Each is a row of `indicateurs.valeurs`, with the labels of its indicator, territory and source.
    """
    asked = _read(db, asked)
    kind, _, code = asked.breakdown.partition("=")
    found = rows(
        db,
        "select v.*, i.libelle as indicateur, i.definition, i.index_4001, i.unites_compte, i.cumul, "
        "t.libelle as territoire, s.libelle as source_libelle, p.libelle as perimetre_libelle, p.reserve "
        "from indicateurs.valeurs as v "
        "inner join reference.perimetres as p on p.perimetre = v.perimetre "
        "inner join reference.indicateurs as i on i.indicateur_code = v.indicateur_code "
        "left join reference.territoires as t on t.territoire_code = v.territoire_code "
        "left join reference.sources as s on s.source = v.source "
        "where v.indicateur_code = ? and v.territoire_code = ? and v.periode = ? and v.ventilation_type = ? "
        "and v.ventilation_code = ? order by v.retenu desc, v.source",
        asked.indicator, asked.territory, asked.period, kind, code,
    )  # fmt: skip
    if not found:
        raise Unknown(_nearby(db, asked))
    if asked.source is None:
        return found
    chosen = [v for v in found if v["source"] == asked.source.lower()]
    if not chosen:
        given = ", ".join(v["source"] for v in found)
        raise Unknown(f"La source « {asked.source} » ne donne pas cette valeur. Celles qui la donnent : {given}.")
    return chosen + [v for v in found if v not in chosen]


def _read(db: DuckDBPyConnection, asked: Question) -> Question:
    """The question in the codes of the tables: a person writes them in any case, and a period in many ways."""
    indicator = _known(db, "l'indicateur", "reference.indicateurs", "indicateur_code", asked.indicator)
    territory = _known(db, "le territoire", "reference.territoires", "territoire_code", asked.territory)
    try:
        period = str(read_said(asked.period))
    except ValueError as error:
        raise Unknown(f"{error}.") from None
    return replace(asked, indicator=indicator, territory=territory, period=period)


def _known(db: DuckDBPyConnection, what: str, table: str, column: str, code: str) -> str:
    """The code as it is written; raises Unknown, naming what is near."""
    listed = rows(db, f"select {column} as code, any_value(libelle) as libelle from {table} group by 1 order by 1")  # noqa: S608
    names = {r["code"]: r["libelle"] for r in listed}
    if code in names or code.upper() in names:
        return code if code in names else code.upper()
    spoken = {str(label).lower(): c for c, label in names.items()}
    near = get_close_matches(code.upper(), names, n=3, cutoff=0.5)
    near += [spoken[n] for n in get_close_matches(code.lower(), spoken, n=3, cutoff=0.5)]
    told = ", ".join(f"{c} ({names[c]})" for c in dict.fromkeys(near))
    remedy = f"Les plus proches : {told}." if told else f'Les voir : vigie sql "from {table}"'
    raise Unknown(f"« {code} » : {what} n'existe pas. {remedy}")


def _nearby(db: DuckDBPyConnection, asked: Question) -> str:
    """Why the pair has no such period or breakdown."""
    where = "where indicateur_code = ? and territoire_code = ?"
    pair = (asked.indicator, asked.territory)
    if not rows(db, f"select 1 from indicateurs.valeurs {where} limit 1", *pair):  # noqa: S608
        others = rows(
            db,
            "select string_agg(distinct regexp_extract(territoire_code, '^[A-Z]+'), ', ' order by "
            "regexp_extract(territoire_code, '^[A-Z]+')) as niveaux from indicateurs.valeurs where indicateur_code = ?",
            asked.indicator,
        )
        return (
            f"{asked.indicator} n'a aucune valeur pour {asked.territory} : il est donné pour des territoires "
            f"{others[0]['niveaux'] or 'que rien ne donne encore'}."
        )
    total = rows(
        db,
        f"select periode_type, min(periode) as premiere, max(periode) as derniere from indicateurs.valeurs {where} "  # noqa: S608
        "group by 1 order by 1",
        *pair,
    )
    periods = " ; ".join(f"{p['periode_type']}, de {p['premiere']} à {p['derniere']}" for p in total)
    split = rows(
        db,
        f"select distinct ventilation_type || '=' || ventilation_code as v from indicateurs.valeurs {where} "  # noqa: S608
        "and periode = ? order by 1",
        *pair,
        asked.period,
    )
    if split:
        return (
            f"Pas de ventilation « {asked.breakdown} ». Celles de cette période : {', '.join(s['v'] for s in split)}."
        )
    return f"{asked.indicator} n'a pas de valeur pour {asked.territory} en « {asked.period} ». Périodes : {periods}."
