"""The quarterly returns of the actions' pilots: indicators, states of the actions to be led, and funding.

A workbook a year holds its four quarters. A subsidy is told once, in the quarter that granted it.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from pipelines.demo.documents import Cell, marked_workbook, write_list
from pipelines.demo.iscg import Activity
from pipelines.demo.series import draw
from pipelines.demo.tables import own_rows

YEARS = range(2021, 2025)
_QUARTERS = range(1, 5)
_DEPARTMENT = "46"
_ARRONDISSEMENTS = ("ARR-461", "ARR-462", "ARR-463")
# Pupils are met when there is school.
_SCHOOL_YEAR = (1.2, 1.1, 0.3, 1.4)

_START = ("edition", "annee", "trimestre", "code_departement")
_INDICATORS = (*_START, "indicateur_code", "territoire_code", "valeur", "statut")
_ACTIONS = (*_START, "action_a_mener_code", "etat", "etat_date", "echeance_decidee")
_FUNDING = (*_START, "action_code", "fonds", "dossier", "cout_total_eur", "accorde_eur", "paye_eur",
            "appel", "volet", "beneficiaire", "nature_beneficiaire", "objet", "reconduction", "demande_eur", "decision",
            "decision_date", "evaluation")  # fmt: skip

_NOTICE = (
    "Ce classeur a la forme d'un retour trimestriel de suivi du plan 2020-2024 du Lot : il n'en est pas un.",
    "Seules suivent le plan les 134 caméras de départ et les règles des fonds (FIPDR : 50 % du coût au plus ; "
    "MILDECA : 80 % au plus) ; l'état des actions, les montants et tout le reste sont inventés.",
)


@dataclass(frozen=True)
class _Quarter:
    year: int
    number: int

    def __str__(self) -> str:
        return f"{self.year}-T{self.number}"

    @property
    def progress(self) -> float:
        """0 in the first quarter of the follow-up, 1 in the last."""
        rank = (self.year - YEARS.start) * len(_QUARTERS) + self.number - 1
        return rank / (len(YEARS) * len(_QUARTERS) - 1)

    @property
    def last_day(self) -> str:
        return f"{self.year}-{('03-31', '06-30', '09-30', '12-31')[self.number - 1]}"

    @property
    def months(self) -> list[str]:
        return [f"{self.year}-{month:02d}" for month in range(3 * self.number - 2, 3 * self.number + 1)]


# (indicator, quarter) → what the pilots tell of the département; a quarter that they do not tell of is not in it.
Told = dict[tuple[str, str], int]


def write_followup(folder: Path, activity: Activity, seed: int, told: Told) -> list[Path]:
    """Write a workbook a year and fill `told`; returns the workbooks."""
    rng, written = random.Random(f"{seed} suivi"), []
    for year in YEARS:
        quarters = [_Quarter(year, number) for number in _QUARTERS]
        path = folder / f"suivi-actions-{year}-demonstration.xlsx"
        with marked_workbook(path, seed, *_NOTICE) as book:
            sheets = {"Indicateurs": _INDICATORS, "Actions à mener": _ACTIONS, "Financements": _FUNDING}
            tellers = (_indicators(quarters, activity, rng, told), _actions(quarters), _funding(quarters, rng))
            for (name, header), rows in zip(sheets.items(), tellers, strict=True):
                write_list(book.add_worksheet(name), header, rows)
        written.append(path)
    return written


def _indicators(
    quarters: list[_Quarter], activity: Activity, rng: random.Random, told: Told
) -> Iterator[tuple[Cell, ...]]:
    for quarter in quarters:
        start = (1, quarter.year, quarter.number, _DEPARTMENT)
        for row in own_rows("followup_indicators.csv"):
            code = row["indicateur_code"]
            if str(quarter) in row["missing"].split():
                yield (*start, code, None, None, "non_communique")
                continue
            status = "provisoire" if str(quarter) in row["provisional"].split() else "realise"
            value, places = _value(row, quarter, activity, rng)
            told[code, str(quarter)] = value
            yield (*start, code, None, value, status)
            for place, part in places.items():
                yield (*start, code, place, part, status)


def _value(
    row: dict[str, str], quarter: _Quarter, activity: Activity, rng: random.Random
) -> tuple[int, dict[str, int]]:
    """The département's value, and those of the places that it is told for."""
    kind, first = row["kind"], float(row["first"] or 0)
    level = first + quarter.progress * (float(row["last"] or first) - first)
    equipped = [line for line in own_rows("followup_video.csv") if line["trimestre"] <= str(quarter)]
    match kind:
        case "flow":
            return draw(level, rng), {}
        case "school":
            return draw(level * _SCHOOL_YEAR[quarter.number - 1], rng), {}
        case "stock":
            return round(level), {}
        case "by_arrondissement":
            parts = {place: draw(level, rng) for place in _ARRONDISSEMENTS}
            return sum(parts.values()), parts
        case "cameras":
            return int(first) + sum(int(line["cameras"]) for line in equipped), {}
        case "large_equipped":
            new = [line for line in equipped if line["newly_equipped"] == "true"]
            return int(first) + sum(line["over_3000"] == "true" for line in new), {}
        case "equipped":
            new = [line for line in equipped if line["newly_equipped"] == "true"]
            places = {f"COM-{line['code_commune']}": 1 for line in new if line["trimestre"] == str(quarter)}
            return len(places), places
        case "meetings":
            return _told(activity, quarter.months, "reunions_cellule", "total"), {}
        case "followed":
            # Whoever was known when the quarter began, and whoever came since: no one twice.
            known = _told(activity, quarter.months[:1], "personnes", "connues")
            return known + _told(activity, quarter.months, "personnes", "nouvelles"), {}
        case _:
            raise ValueError(f"followup_indicators.csv: unknown kind {kind!r}")


def _told(activity: Activity, months: list[str], measure: str, category: str) -> int:
    return int(
        sum(
            value
            for (month, _, of_measure, _, of_category), value in activity.items()
            if month in months and (of_measure, of_category) == (measure, category)
        )
    )


def _actions(quarters: list[_Quarter]) -> Iterator[tuple[Cell, ...]]:
    for quarter in quarters:
        for row in own_rows("followup_actions.csv"):
            state, since = "non_commence", None
            for reached, column in (("en_cours", "started"), ("fait", "done"), ("abandonne", "abandoned")):
                if row[column] and row[column] <= quarter.last_day:
                    state, since = reached, row[column]
            decided = row["decided_due"] if row["decided_in"] == str(quarter) else None
            yield (
                1,
                quarter.year,
                quarter.number,
                _DEPARTMENT,
                row["action_a_mener_code"],
                state,
                since,
                decided or None,
            )


def _funding(quarters: list[_Quarter], rng: random.Random) -> Iterator[tuple[Cell, ...]]:
    for quarter in quarters:
        for number, row in enumerate(own_rows("followup_funding.csv"), start=1):
            if int(row["trimestre"]) != quarter.number:
                continue
            cost = int(float(row["level_eur"]) * rng.uniform(0.8, 1.25)) // 100 * 100
            # Rounded down, so that the part stays under the fund's ceiling.
            granted = int(cost * rng.uniform(float(row["lowest_part"]), float(row["highest_part"]))) // 50 * 50
            asked, refused = granted + granted // 500 * 50, bool(row["refused"])
            granted = 0 if refused else granted
            paid = granted if quarter.year < YEARS.stop - 1 else granted // 100 * 50
            dossier = f"{quarter.year}-{row['fonds']}-{number:02d}"
            yield (
                1, quarter.year, quarter.number, _DEPARTMENT, row["action_code"], row["fonds"], dossier,
                cost, granted, paid, f"{row['fonds']} {quarter.year}", row["volet"], row["beneficiaire"],
                row["nature_beneficiaire"], row["objet"], "non" if quarter.year == YEARS.start else "oui", asked,
                "refusee" if refused else "accordee", quarter.last_day,
                "aucune" if refused else "attendue" if quarter.year == YEARS.stop - 1 else "rendue",
            )  # fmt: skip
