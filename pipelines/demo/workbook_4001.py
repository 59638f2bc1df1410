"""The demonstration's « état 4001 par service », in the layout of the ministry's workbook.

The layout is written here a second time on purpose: a writer that shared code with the reader would
share its mistakes too, and reading the demonstration would prove nothing.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from xlsxwriter.worksheet import Worksheet

from pipelines.demo.documents import marked_workbook
from pipelines.demo.figures import YEARS, Counts, invent
from pipelines.demo.tables import Service, read_labels, read_services

_NOTICE = (
    "Ce classeur n'est pas un document du ministère de l'Intérieur : il n'en reprend que la présentation "
    "(« état 4001 par service »), pour le seul département du Lot.",
    "Seuls suivent des chiffres publiés, ceux du plan départemental de prévention de la délinquance "
    "2020-2024 du Lot : les totaux du tableau A (colonnes Lot, 2016 à 2019) et ceux du tableau D "
    "(stupéfiants, gendarmerie, 2014 à 2019).",
    "Leur répartition entre index et entre services, elle, est inventée, comme toutes les années après 2019.",
    "Comme celui du ministère, ce classeur n'a pas de colonne pour l'EDSR DU LOT : ce que l'escadron constate est dans "
    "le classeur mensuel et dans les retours des services, et les totaux du tableau A le comptent.",
)


def write_workbook(path: Path, seed: int = 46) -> None:
    """Write the workbook at `path`; the same seed gives the same bytes."""
    counts, labels, services = invent(seed), read_labels(), read_services()
    police = [service for service in services if service.force == "PN"]
    gendarmerie = [service for service in services if service.force == "GN" and service.in_workbook]
    with marked_workbook(path, seed, *_NOTICE) as book:
        for year in YEARS:
            _write_police(book.add_worksheet(f"Services PN {year}"), year, police, labels, counts)
        for year in YEARS:
            _write_gendarmerie(book.add_worksheet(f"Services GN {year}"), year, gendarmerie, labels, counts)


def _write_police(
    sheet: Worksheet, year: int, services: Sequence[Service], labels: Mapping[int, str], counts: Counts
) -> None:
    headers = (
        [f"Année {year} - services de police", "Départements", *(s.department for s in services)],
        ["", "Périmètres", *(s.scope for s in services)],
        ["Code index", "Libellé index \\ CSP", *(s.name for s in services)],
    )
    # The ministry fills an unused index with 0 for the police and leaves it empty for the gendarmerie.
    _write_matrix(sheet, headers, year, services, labels, counts, unused=0)


def _write_gendarmerie(
    sheet: Worksheet, year: int, services: Sequence[Service], labels: Mapping[int, str], counts: Counts
) -> None:
    headers = (
        [f"Année {year} - compagnies de gendarmerie", "Départements", *(s.department for s in services)],
        ["Code index", "Libellé index \\ CGD", *(s.name for s in services)],
    )
    _write_matrix(sheet, headers, year, services, labels, counts, unused=None)


def _write_matrix(
    sheet: Worksheet,
    headers: Sequence[Sequence[str]],
    year: int,
    services: Sequence[Service],
    labels: Mapping[int, str],
    counts: Counts,
    unused: int | None,
) -> None:
    sheet.set_column(0, 0, 12)
    sheet.set_column(1, 1, 70)
    sheet.set_column(2, 1 + len(services), 18)
    for row, header in enumerate(headers):
        for column, text in enumerate(header):
            if text:
                # As text, because 46 or 01 written as a number would lose its département.
                sheet.write_string(row, column, text)
    for row, (code, label) in enumerate(labels.items(), start=len(headers)):
        sheet.write_number(row, 0, code)
        sheet.write_string(row, 1, label)
        for column, service in enumerate(services, start=2):
            value = counts.get((year, service.name, code), unused)
            if value is not None:
                sheet.write_number(row, column, value)
