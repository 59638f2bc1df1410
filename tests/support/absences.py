"""A demonstration from which something of each kind was taken away, each absence clear of the others."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import openpyxl
from openpyxl.workbook import Workbook

from pipelines.demo import DEMONSTRATION_WORKBOOK_NAME

Row = dict[str, object]


def take_away(landing: Path) -> None:
    """Damage the demonstration that stands in `landing`."""
    _edit(landing / DEMONSTRATION_WORKBOOK_NAME, _damage_workbook)
    # The months of Gourdon's company, in both tables; then one measure of Cahors' police, in all its indexes.
    _filter_csv(landing / "retours-services-faits-2020-demonstration.csv", _gourdon_in_spring, _no_family_in_december)
    _filter_csv(landing / "retours-services-tranquillite-2020-demonstration.csv", _gourdon_in_spring)
    _drop_rows(
        landing / "retours-iscg-2024-demonstration.xlsx",
        lambda r: r["poste"] == "POSTE-46-CGD-FIGEAC" and r["mois"] in {10, 11, 12},
    )
    _drop_rows(
        landing / "suivi-actions-2024-demonstration.xlsx",
        lambda r: str(r.get("indicateur_code", "")).startswith("P1.A2.") and r["trimestre"] == 3,
        lambda r: str(r.get("action_a_mener_code", "")).startswith("P3.A3.") and r["trimestre"] == 4,
    )
    _drop_rows(landing / "barometre-securite-routiere-2018-demonstration.xlsx", lambda r: r["mois"] == 7)
    (landing / "usagers-2019-demonstration.csv").unlink()
    (landing / "population-municipale-communes-demonstration.xlsx").unlink()


def _damage_workbook(book: Workbook) -> None:
    del book["Services PN 2013"]
    sheet = book["Services GN 2019"]
    sheet.delete_cols(_column(sheet, "CGD GOURDON"))
    for year in (2022, 2023, 2024):
        _empty(book[f"Services GN {year}"], "CGD FIGEAC", 55)
    # The « amende forfaitaire » of 2020 is a declared break of index 57: it explains the stop, which is not missing.
    for year in range(2020, 2025):
        _empty(book[f"Services GN {year}"], "CGD CAHORS", 57)


def _column(sheet, service: str) -> int:
    [column] = [c.column for c in sheet[2] if c.value == service]
    return column


def _empty(sheet, service: str, index: int) -> None:
    [row] = [c.row for c in sheet["A"] if c.value == index]
    sheet.cell(row, _column(sheet, service)).value = None


def _gourdon_in_spring(cells: list[str]) -> list[str] | None:
    gone = cells[1:3] in (["2020", "5"], ["2020", "6"]) and "CGD GOURDON" in cells
    return None if gone else cells


def _no_family_in_december(cells: list[str] | None) -> list[str] | None:
    if cells and cells[1:3] == ["2020", "12"] and "CIAT DE CAHORS" in cells:
        return [*cells[:-1], ""]
    return cells


def _filter_csv(file: Path, *changes: Callable[[list[str]], list[str] | None]) -> None:
    lines = []
    for line in file.read_text(encoding="cp1252").splitlines():
        cells: list[str] | None = line.split(";")
        for change in changes:
            cells = change(cells) if cells and len(cells) > 3 else cells
        if cells:
            lines.append(";".join(cells))
    file.write_text("\r\n".join(lines) + "\r\n", encoding="cp1252", newline="")


def _drop_rows(file: Path, *gone: Callable[[Row], bool]) -> None:
    def change(book: Workbook) -> None:
        for sheet in book.worksheets[1:]:
            header, *body = sheet.iter_rows(values_only=True)
            kept = [values for values in body if not any(g(dict(zip(header, values, strict=True))) for g in gone)]
            if len(kept) < len(body):
                sheet.delete_rows(2, sheet.max_row)
                for values in kept:
                    sheet.append(values)

    _edit(file, change)


def _edit(file: Path, change: Callable[[Workbook], None]) -> None:
    book = openpyxl.load_workbook(file)
    change(book)
    book.save(file)
