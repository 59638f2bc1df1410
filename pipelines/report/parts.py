"""What an indicator is made of, where a source counts its parts: by age, by road user, by problem, by outcome."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from pipelines.base.periods import Period
from pipelines.report import wording
from pipelines.report.codes import codes
from pipelines.report.edition import Edition
from pipelines.report.wording import absent

_WHOLE = "total"
# In the order that a reader asks.
_ORDER = ("age", "usager", "sexe", "probleme", "suite", "origine", "anciennete", "nature", "trajet")


@dataclass(frozen=True)
class Part:
    """One part: for each indicator of the table, its value of the period and the one of a year before."""

    label: str
    values: list[tuple[float | None, float | None]]


@dataclass(frozen=True)
class Breakdown:
    """The parts of some indicators, one way of cutting them."""

    title: str
    period: str
    before: str
    indicators: list[str]
    parts: list[Part]


def breakdowns(edition: Edition, indicators: list[str]) -> list[Breakdown]:
    """Cut these indicators in each way that the edition holds, for its own period or else for the last year."""
    series = edition.tables["series"]
    rows = series[
        (series["territoire_code"] == edition.department)
        & series["indicateur_code"].isin(indicators)
        & (series["ventilation_type"] != _WHOLE)
    ]
    found = []
    for way in sorted(rows["ventilation_type"].unique(), key=lambda w: (_ORDER.index(w) if w in _ORDER else 99, w)):
        own = rows[rows["ventilation_type"] == way]
        for names in _together(own, indicators):
            table = _table(edition, own, way, names)
            if table is not None:
                found.append(table)
    return found


def _together(rows: pd.DataFrame, indicators: list[str]) -> list[list[str]]:
    """Group the indicators of one source: their parts have the same names."""
    sources = rows.groupby("indicateur_code")["source"].last()
    groups: dict[str, list[str]] = {}
    for indicator in indicators:
        if indicator in sources.index:
            groups.setdefault(str(sources[indicator]), []).append(indicator)
    return list(groups.values())


def _table(edition: Edition, rows: pd.DataFrame, way: str, names: list[str]) -> Breakdown | None:
    rows = rows[rows["indicateur_code"].isin(names)]
    known = rows[rows["valeur"].notna() & (rows["confidentialite"] == "F")]
    period = _last(edition, known)
    if period is None:
        return None
    before = str(Period(period.first_month - 12, period.months))
    held = {
        (r["indicateur_code"], r["ventilation_code"], r["periode"]): r["valeur"]
        for r in known[known["periode"].isin([str(period), before])].to_dict("records")
    }
    labels = _labels(edition)
    shown = sorted({code for _, code, when in held if when == str(period)}, key=lambda c: _rank(way, c))
    parts = [
        Part(
            labels.get((way, code), code),
            [(held.get((n, code, str(period))), held.get((n, code, before))) for n in names],
        )
        for code in shown
    ]
    names_of = edition.labels("indicateurs", "indicateur_code")
    title = codes("ventilation_type")[way]
    return Breakdown(
        title[:1].upper() + title[1:],
        wording.period(str(period)),
        wording.period(before),
        [names_of[n] for n in names],
        parts,
    )


def _last(edition: Edition, known: pd.DataFrame) -> Period | None:
    """Find the period of the edition, or the last year that has parts; a month is not told by its year."""
    for kind in dict.fromkeys([edition.period.kind, *([] if edition.period.kind == "mois" else ["annee"])]):
        own = known[(known["periode_type"] == kind) & (known["periode_fin"] <= edition.period.end)]
        if kind == edition.period.kind:
            own = own[own["periode"] == str(edition.period)]
        if not own.empty:
            return Period.read(str(own["periode"].max()))
    return None


def _rank(way: str, code: str) -> tuple[bool, str]:
    """Put what is unknown or the rest last, the young first."""
    return code in ("autre", "inconnu", "sans_suite"), "" if code == "mineurs" else code


def _labels(edition: Edition) -> dict[tuple[str, str], str]:
    """Name the parts; the snapshots of earlier versions do not."""
    rows = edition.tables.get("ventilations")
    if rows is None:
        return {}
    return {
        (r["ventilation_type"], r["ventilation_code"]): r["libelle"]
        for r in rows.to_dict("records")
        if not absent(r["libelle"])
    }
