"""The monthly return of the common core: what the préfecture sends up, before what is recorded later is known."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from pipelines.demo.accidents import KILLED, LOT, Accident, of_lot
from pipelines.demo.documents import Cell, marked_workbook, write_list
from pipelines.demo.months import MONTHS, MonthlyCounts
from pipelines.demo.series import draw
from pipelines.demo.tables import expand, own_rows

# The return begins in July 2025; the demonstration stands at the end of 2024, where there is something to compare with.
YEAR = 2024
_HEADER = ("edition", "annee", "mois", "code_departement", "mesure_code", "valeur", "statut")
_NOTICE = (
    "Ce classeur a la forme d'une remontée mensuelle du socle commun : il n'en est pas un.",
    "La remontée commence en juillet 2025 : la démonstration en montre une de 2024, à côté des séries de 2024. Ses "
    "nombres sont ceux de ces séries, moins ce qui n'a été enregistré qu'après ; les opérations sont inventées.",
)

# (year, month) → the facts of a domestic context that the services tell of.
FamilyFacts = Counter[tuple[int, int]]


def write_core(
    folder: Path, monthly: MonthlyCounts, family: FamilyFacts, accidents: list[Accident], seed: int
) -> list[Path]:
    """Write the workbook of the year; returns it."""
    path = folder / f"socle-commun-{YEAR}-demonstration.xlsx"
    with marked_workbook(path, seed, *_NOTICE) as book:
        rows = _rows(monthly, family, list(of_lot(accidents, YEAR)), random.Random(f"{seed} socle commun"))
        write_list(book.add_worksheet("Socle commun"), _HEADER, rows)
    return [path]


def _rows(
    monthly: MonthlyCounts, family: FamilyFacts, accidents: list[Accident], rng: random.Random
) -> Iterator[tuple[Cell, ...]]:
    by_index = Counter[tuple[int, int]]()
    for (year, month, _, code), count in monthly.items():
        if year == YEAR:
            by_index[month, code] += count
    for month in MONTHS:
        for row in own_rows("core_return.csv"):
            start = (1, YEAR, month, LOT, row["mesure_code"])
            if str(month) in row["missing"].split():
                yield (*start, None, "non_communique")
                continue
            match row["kind"]:
                case "index":
                    known = sum(by_index[month, code] for code in expand(row["indexes"]))
                case "family":
                    known = family[YEAR, month]
                case "killed":
                    known = sum(a.hurt(KILLED) for a in accidents if a.day.month == month)
                case "flow":
                    known = draw(float(row["level"]), rng)
                case kind:
                    raise ValueError(f"core_return.csv: unknown kind {kind!r}")
            later = sum(rng.random() < float(row["found_later"]) for _ in range(known))
            yield (*start, known - later, "provisoire" if month == MONTHS[-1] else "realise")
