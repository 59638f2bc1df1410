"""The plan's own tables (A, B.4, D) carried on to the year of a bilan: territories side by side, like beside like."""

from __future__ import annotations

from dataclasses import dataclass, replace

import pandas as pd

from pipelines.base.periods import Period
from pipelines.report import wording
from pipelines.report.edition import Edition
from pipelines.report.lines import Lines
from pipelines.snapshots.windows import YEAR

_YEARS = 4


@dataclass(frozen=True)
class Counted:
    """What one territory counts: its years, oldest first, then its change; dashes where nothing is counted."""

    years: list[str]
    change: str = ""
    word: str = ""


@dataclass(frozen=True)
class Row:
    """One line of a table, as one indicator counts it, in each territory, or in its own `place`."""

    line: str
    indicator: str
    cells: list[Counted]
    place: str = ""


@dataclass(frozen=True)
class PlanTable:
    name: str
    years: list[str]
    territories: list[str]
    rows: list[Row]


def plan_tables(edition: Edition, lines: Lines) -> list[PlanTable]:
    """Each printed table, by the indicators that answer to its series; where a line of the plan sets two sources side
    by side, each of its territories is given in both.
    """
    end = edition.period.first_month
    years = [str(Period(end - 12 * back, 12)) for back in reversed(range(_YEARS))]
    printed = edition.tables["chiffres_imprimes"]
    printed = printed[printed["tableau"].notna() & (printed["grandeur"] == "nombre")]
    answers = edition.tables["reconciliation"][["chiffre_code", "indicateurs"]].drop_duplicates()
    both = printed.merge(answers, on="chiffre_code").dropna(subset=["indicateurs"])
    tables = [_table(edition, lines, str(name), rows, years) for name, rows in both.groupby("tableau", sort=True)]
    return [table for table in tables if table.rows]


def _table(edition: Edition, lines: Lines, name: str, printed: pd.DataFrame, years: list[str]) -> PlanTable:
    labels = edition.labels("indicateurs", "indicateur_code")
    places = edition.labels("territoires", "territoire_code")
    territories = sorted(set(printed["territoire_code"]) & set(places), key=lambda t: (t != "FRA", t))
    lines_of = printed.assign(ligne=printed["ligne"].fillna(printed["serie"]))
    # Side by side, most cells of lines of one territory each would be empty: each line names its own.
    alone = len(territories) > 1 and bool((lines_of.groupby("ligne")["territoire_code"].nunique() == 1).all())
    found = []
    for (line, _), rows in printed.groupby([printed["ligne"].fillna(printed["serie"]), "serie_code"], sort=False):
        for indicator in dict.fromkeys(rows["indicateurs"]):
            if indicator in labels:  # a sum of several territories is none: the report gives each
                own = set(rows["territoire_code"])
                asked = [(t, True) for t in sorted(own)] if alone else [(t, t in own) for t in territories]
                row = _row(lines, str(line), indicator, labels[indicator], asked, years)
                if row is not None:
                    own_place = ", ".join(places[t] for t, _ in asked) if alone else ""
                    found.append(replace(row, place=own_place))
    return PlanTable(f"Tableau {name}", years, [""] if alone else [places[t] for t in territories], found)


def _row(
    lines: Lines, line: str, indicator: str, label: str, territories: list[tuple[str, bool]], years: list[str]
) -> Row | None:
    """Set the territories of a line side by side; those that the plan does not print there stay empty."""
    cells: list[Counted] = []
    source = ""
    for territory, printed in territories:
        made = lines.line(indicator, territory, YEAR) if printed else None
        values = lines.years(indicator, territory) if made is not None else {}
        if made is None or not any(year in values for year in years):
            cells.append(Counted([wording.shown(None)] * len(years)))
            continue
        source = made.source
        cells.append(Counted([wording.shown(values.get(year)) for year in years], made.change, made.word))
    return Row(line, f"{label} ({source})", cells) if source else None
