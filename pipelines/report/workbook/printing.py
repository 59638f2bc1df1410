"""How each sheet of a workbook is printed: A4, one page wide, its headers on every page."""

from __future__ import annotations

import xlsxwriter

from pipelines.report import wording
from pipelines.report.edition import Edition

_A4 = 9
# Narrow sheets of many lines.
_UPRIGHT = ("Graphiques", "Séries", "Pilotage", "Manques")
# One page a sheet, but for these; 0 is as many as it takes.
_PAGES = {"Graphiques": 0, "Actions à mener": 2}


def set_up(
    sheet: xlsxwriter.worksheet.Worksheet, edition: Edition, name: str, last_row: int = 0, last_column: int = 0
) -> None:
    """Set the paper, the repeated lines and, where they are given, the last row and column that are printed."""
    sheet.set_paper(_A4)
    if name in _UPRIGHT:
        sheet.set_portrait()
    else:
        sheet.set_landscape()
    sheet.fit_to_pages(1, _PAGES.get(name, 1))
    sheet.set_margins(left=0.4, right=0.4, top=0.7, bottom=0.6)
    sheet.set_header(f"&L{wording.KINDS[edition.kind]}&C{name}&R{edition.manifest['cliche']}")
    sheet.set_footer(f"&L{wording.WARNINGS[edition.kind]}&R&P / &N")
    if last_column:
        sheet.repeat_rows(0)
        sheet.print_area(0, 0, last_row, last_column)
