"""The plan's own tables (A, B.4, D) carried on to the year of a bilan, like beside like."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from pipelines.base.periods import Period
from pipelines.report import wording
from pipelines.report.edition import Edition
from pipelines.report.lines import Lines
from pipelines.snapshots.windows import YEAR

_YEARS = 4


@dataclass(frozen=True)
class Row:
    """One line of a table, as one indicator counts it in one territory. `cells` are the years, oldest first."""

    line: str
    indicator: str
    territory: str
    cells: list[str]
    change: str
    word: str


@dataclass(frozen=True)
class PlanTable:
    name: str
    years: list[str]
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
    return [
        PlanTable(f"Tableau {name}", years, _rows(edition, lines, rows, years))
        for name, rows in both.groupby("tableau", sort=True)
    ]


def _rows(edition: Edition, lines: Lines, printed: pd.DataFrame, years: list[str]) -> list[Row]:
    labels = edition.labels("indicateurs", "indicateur_code")
    places = edition.labels("territoires", "territoire_code")
    found = []
    for (line, _), rows in printed.groupby([printed["ligne"].fillna(printed["serie"]), "serie_code"], sort=False):
        territories = sorted(set(rows["territoire_code"]) & set(places), key=lambda t: (t != "FRA", t))
        for indicator in dict.fromkeys(rows["indicateurs"]):
            if indicator not in labels:  # a sum of several territories: the report gives each
                continue
            for territory in territories:
                made = lines.line(indicator, territory, YEAR)
                values = lines.years(indicator, territory)
                if made is not None and any(year in values for year in years):
                    cells = [wording.shown(values.get(year)) for year in years]
                    counted = f"{labels[indicator]} ({made.source})"
                    found.append(Row(str(line), counted, places[territory], cells, made.change, made.word))
    return found
