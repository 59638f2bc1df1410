"""The monthly returns of the police service and of the gendarmerie's units: facts, suspects, public order.

The facts are those of the état 4001, month by month. One year is sent as two CSV files, as a spreadsheet saved in
French writes them; their only mark is their name.
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from pipelines.demo.core_return import FamilyFacts
from pipelines.demo.documents import Cell, marked_workbook, write_csv, write_list
from pipelines.demo.months import MONTHS, MonthlyCounts, month_weights
from pipelines.demo.series import draw
from pipelines.demo.tables import Service, expand, own_rows, read_labels, read_services

YEARS = range(2018, 2025)
_YEAR_IN_CSV = 2020

# Facts cleared in a month may have been recorded in an earlier one: in so few cells do they outnumber its own.
_CLEARED_FROM_BEFORE = 0.004

_IDENTITY = ("edition", "annee", "mois", "code_departement", "force", "service")
_FACTS = (
    *_IDENTITY,
    "code_index",
    "faits_constates",
    "faits_elucides",
    "mis_en_cause",
    "mis_en_cause_mineurs",
    "faits_vif",
)
_ORDER = (*_IDENTITY, "nature", "faits")
_FORCES = {"PN": "police", "GN": "gendarmerie"}

_NOTICE = (
    "Ce classeur a la forme d'un retour mensuel des services de police et de gendarmerie : il n'en est pas un.",
    "Les faits d'une année font ceux du classeur de démonstration par service. Les violences intrafamiliales de la "
    "zone police suivent le plan 2020-2024 du Lot (72 faits en 2019) ; tout le reste est inventé.",
)


@dataclass(frozen=True)
class _Outcome:
    """What becomes of the facts of an index: `family` is how much likelier some are to be of a domestic context."""

    cleared: float
    suspects: float
    minors: float
    family: float


def write_returns(folder: Path, monthly: MonthlyCounts, seed: int, family: FamilyFacts) -> list[Path]:
    """Write the returns year by year and add to `family` the facts of a domestic context; returns the files."""
    rng = random.Random(f"{seed} retours")
    services, written = read_services(), []
    for year in YEARS:
        facts = list(_facts(year, services, monthly, rng))
        for row in facts:
            family[year, int(str(row[2]))] += int(str(row[-1]))
        order = list(_public_order(year, services, rng))
        if year == _YEAR_IN_CSV:
            tables = {"faits": (_FACTS, facts), "tranquillite": (_ORDER, order)}
            for name, (header, rows) in tables.items():
                path = folder / f"retours-services-{name}-{year}-demonstration.csv"
                write_csv(path, header, rows, delimiter=";", encoding="cp1252", newline="\r\n")
                written.append(path)
        else:
            path = folder / f"retours-services-{year}-demonstration.xlsx"
            with marked_workbook(path, seed, *_NOTICE) as book:
                write_list(book.add_worksheet("Faits"), _FACTS, facts)
                write_list(book.add_worksheet("Tranquillité publique"), _ORDER, order)
            written.append(path)
    return written


def _facts(
    year: int, services: list[Service], monthly: MonthlyCounts, rng: random.Random
) -> Iterator[tuple[Cell, ...]]:
    outcomes, codes = _read_outcomes(), list(read_labels())
    family = {service.name: _family_facts(year, service.name, monthly, outcomes, rng) for service in services}
    for month in MONTHS:
        for service in services:
            start = (1, year, month, service.department, _FORCES[service.force], service.name)
            for code in codes:
                count = monthly.get((year, month, service.name, code), 0)
                if not count:
                    yield (*start, code, 0, 0, 0, 0, 0)
                    continue
                outcome = outcomes[code]
                cleared = _some(count, outcome.cleared, rng)
                if cleared == count and rng.random() < _CLEARED_FROM_BEFORE / outcome.cleared:
                    cleared += 1
                suspects = cleared + _some(cleared, outcome.suspects - 1, rng)
                minors = _some(suspects, outcome.minors, rng)
                yield (*start, code, count, cleared, suspects, minors, family[service.name][month, code])


def _family_facts(
    year: int, service: str, monthly: MonthlyCounts, outcomes: dict[int, _Outcome], rng: random.Random
) -> Counter[tuple[int, int]]:
    """Among the facts of the year, as many as the service's total, taken at random: never more than a month holds."""
    [total] = [int(row[str(year)]) for row in own_rows("returns_family.csv") if row["service"] == service]
    # Weighted sampling without replacement: the smallest waiting times win.
    waits = [
        (rng.expovariate(outcomes[code].family), month, code)
        for (of_year, month, name, code), count in monthly.items()
        if (of_year, name) == (year, service) and outcomes[code].family
        for _ in range(count)
    ]
    return Counter((month, code) for _, month, code in sorted(waits)[:total])


def _public_order(year: int, services: list[Service], rng: random.Random) -> Iterator[tuple[Cell, ...]]:
    by_name = {service.name: service for service in services}
    shares = month_weights(year, "urban")
    for month in MONTHS:
        for row in own_rows("returns_order.csv"):
            service = by_name[row["service"]]
            level = float(row["level_2018"]) * (1 + float(row["yearly_change"])) ** (year - YEARS.start)
            facts = draw(level * shares[month - 1] / 1200, rng)
            yield 1, year, month, service.department, _FORCES[service.force], service.name, row["nature"], facts


def _read_outcomes() -> dict[int, _Outcome]:
    return {
        code: _Outcome(float(row["cleared"]), float(row["suspects"]), float(row["minors"]), float(row["family"]))
        for row in own_rows("returns_profiles.csv")
        for code in expand(row["indexes"])
    }


def _some(count: int, part: float, rng: random.Random) -> int:
    """How many of `count` independent things happen."""
    return sum(rng.random() < part for _ in range(count))
