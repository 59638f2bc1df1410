"""The demonstration's « état 4001 par service », in the layout of the ministry's workbook.

The layout is written here a second time on purpose: a writer that shared code with the reader would
share its mistakes too, and reading the demonstration would prove nothing.
"""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path

import xlsxwriter
from xlsxwriter.worksheet import Worksheet

from pipelines.demo.figures import YEARS, Counts, invent
from pipelines.demo.tables import Service, read_labels, read_services

# The day of the ministry's own workbook: the demonstration stands at the time of the plan.
_DATED = datetime(2021, 1, 29, 12, 0, tzinfo=UTC)

_NOTICE = (
    "DONNÉES DE DÉMONSTRATION — Vigie",
    "Ce classeur n'est pas un document du ministère de l'Intérieur : il n'en reprend que la présentation "
    "(« état 4001 par service »), pour le seul département du Lot.",
    "Ses chiffres sont inventés : ils sont tirés au sort à partir de la graine {seed}, "
    "et la même graine redonne les mêmes chiffres.",
    "Seuls suivent des chiffres publiés, ceux du plan départemental de prévention de la délinquance "
    "2020-2024 du Lot : les totaux du tableau A (colonnes Lot, 2016 à 2019) et ceux du tableau D "
    "(stupéfiants, gendarmerie, 2014 à 2019).",
    "Leur répartition entre index et entre services, elle, est inventée.",
    "L'EDSR DU LOT n'a pas de colonne dans le classeur du ministère : il figure ici parce que le tableau D le compte.",
    "Ce classeur ne doit jamais être mélangé à des livraisons réelles, ni servir à décrire la délinquance du Lot.",
)


def write_workbook(path: Path, seed: int = 46) -> None:
    """Write the workbook at `path`; the same seed gives the same bytes.

    The file appears whole and dated, or not at all: whoever watches the folder never sees a part of it.
    """
    counts, labels, services = invent(seed), read_labels(), read_services()
    police = [service for service in services if service.force == "PN"]
    # EDSR DU LOT is not in the ministry's workbook, which holds companies only. Table D of the plan counts
    # it inside the gendarmerie's total, so without it the demonstration could not add up to that table.
    gendarmerie = [service for service in services if service.force == "GN"]

    draft = path.with_name(f".{path.name}.tmp")
    try:
        # In memory, so that a crash leaves nothing behind in the system's temporary folder.
        with xlsxwriter.Workbook(draft, {"in_memory": True}) as book:
            book.set_properties({"title": "Données de démonstration", "author": "Vigie", "created": _DATED})
            _write_notice(book.add_worksheet("Présentation"), seed)
            for year in YEARS:
                _write_police(book.add_worksheet(f"Services PN {year}"), year, police, labels, counts)
            for year in YEARS:
                _write_gendarmerie(book.add_worksheet(f"Services GN {year}"), year, gendarmerie, labels, counts)
        os.utime(draft, (_DATED.timestamp(), _DATED.timestamp()))
        os.replace(draft, path)
    finally:
        draft.unlink(missing_ok=True)


def _write_notice(sheet: Worksheet, seed: int) -> None:
    for row, line in enumerate(_NOTICE):
        sheet.write_string(row, 0, line.format(seed=seed))


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
