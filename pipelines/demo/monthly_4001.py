"""The demonstration's « état 4001 mensuel par département »: one sheet, the Lot, the latest month first.

The ministry's workbook also holds France and every other département. There is nothing here to fill them with, so
their sheets are left out.
"""

from __future__ import annotations

from collections import Counter
from pathlib import Path

from pipelines.demo.documents import marked_workbook, write_list
from pipelines.demo.months import FIRST_YEAR, MonthlyCounts
from pipelines.demo.tables import read_labels

# The last month that the ministry published in this shape.
_LAST = (2022, 8)

_NOTICE = (
    "Ce classeur n'est pas un document du ministère de l'Intérieur : il n'en reprend que la présentation "
    "(« tableaux 4001 », séries mensuelles), pour le seul département du Lot.",
    "Les douze mois d'une année font les totaux du classeur de démonstration par service, et de l'EDSR qui n'y a "
    "pas de colonne.",
)


def write_monthly_4001(path: Path, monthly: MonthlyCounts, seed: int) -> None:
    of_month: Counter[tuple[int, int, int]] = Counter()
    for (year, month, _, code), count in monthly.items():
        of_month[year, month, code] += count
    months = [(year, month) for year in range(FIRST_YEAR, _LAST[0] + 1) for month in range(1, 13)]
    shown = [period for period in reversed(months) if period <= _LAST]
    header = ["Index", "libellé index", *(f"{year}_{month:02d}" for year, month in shown)]
    with marked_workbook(path, seed, *_NOTICE) as book:
        sheet = book.add_worksheet("46")
        write_list(
            sheet,
            header,
            (
                [code, label, *(of_month[year, month, code] for year, month in shown)]
                for code, label in read_labels().items()
            ),
        )
