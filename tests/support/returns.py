"""Returns of the services of the Lot, written as they send them: by month, or in running totals since January."""

from __future__ import annotations

import csv
import io
import random
from collections.abc import Iterable, Mapping

FORCES = {
    "CIAT DE CAHORS": "police", "CGD CAHORS": "gendarmerie", "CGD FIGEAC": "gendarmerie", "CGD GOURDON": "gendarmerie",
    "EDSR DU LOT": "gendarmerie",
}  # fmt: skip
INDEXES = range(1, 108)
MEASURES = ("faits_constates", "faits_elucides", "mis_en_cause", "mis_en_cause_mineurs", "faits_vif")
TOTALS = {
    "faits_constates": "Cumul N", "faits_elucides": "Faits élucidés, cumul N", "mis_en_cause": "Mis en cause, cumul N",
    "mis_en_cause_mineurs": "dont mineurs, cumul N", "faits_vif": "Cadre familial, cumul N",
}  # fmt: skip
PLACES = ("Édition", "Année", "Mois", "Département", "Force", "Service", "Index")

# (index, month) → the measures of a service's year.
Year = dict[tuple[int, int], dict[str, int]]


def year_of(service: str, year: int) -> Year:
    """Known figures, the same each time: what a return says before it is written in any form."""
    dice = random.Random(f"{service} {year}")
    told = {}
    for index in INDEXES:
        for month in range(1, 13):
            facts, suspects = dice.randint(0, 12), dice.randint(0, 6)
            told[index, month] = {
                "faits_constates": facts, "faits_elucides": dice.randint(0, facts), "mis_en_cause": suspects,
                "mis_en_cause_mineurs": dice.randint(0, suspects), "faits_vif": dice.randint(0, facts),
            }  # fmt: skip
    return told


def monthly(service: str, year: int, months: Iterable[int], told: Year, edition: int = 1) -> bytes:
    """The monthly form of Vigie."""
    rows = [
        {"edition": edition, "annee": year, "mois": month, "code_departement": "46", "force": FORCES[service],
         "service": service, "code_index": index} | told[index, month]
        for month in months for index in INDEXES
    ]  # fmt: skip
    return _written(rows)


def total(told: Year, indexes: Iterable[int], month: int, measure: str) -> int:
    """What a measure adds up to since January, over these indexes."""
    return sum(told[index, m][measure] for index in indexes for m in range(1, month + 1))


def cumulative(
    service: str, year: int, months: Iterable[int], told: Year, groups: Iterable[str] = (),
    before: Year | None = None, edition: int = 1, instead: Mapping[tuple[str, int], int] | None = None,
    measures: Iterable[str] = MEASURES,
) -> bytes:  # fmt: skip
    """A service's own table: totals since January, these indexes together, the year before beside, and what is passed.

    `instead` holds the totals of facts to be written in place of the true ones, by (index or group, month).
    """
    lines = {str(i): (i,) for i in INDEXES}
    for group in groups:
        members = tuple(map(int, group.split("-")))
        lines = {k: v for k, v in lines.items() if v[0] not in members} | {group: members}
    rows = []
    for month in months:
        for name, members in lines.items():
            row: dict[str, object] = dict(
                zip(PLACES, (edition, year, month, "46", FORCES[service], service, name), strict=True)
            )
            row["Libellé"] = f"ce que compte {name}"
            if before is not None:
                row["Cumul N-1"] = total(before, members, month, "faits_constates")
            row |= {TOTALS[m]: total(told, members, month, m) for m in measures}
            row["Évolution %"] = "+12,5"
            row["Cumul N"] = (instead or {}).get((name, month), row["Cumul N"])
            rows.append(row)
    return _written(rows)


def _written(rows: list[dict[str, object]]) -> bytes:
    out = io.StringIO(newline="")
    writer = csv.DictWriter(out, list(rows[0]), delimiter=";", lineterminator="\r\n")
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue().encode("utf-8-sig")
