"""A form as an .xlsx: the notice, a sheet a table and a period, room for remarks, the lists behind the drop-downs.

No macro, no link; its formulas have their values. The same form gives the same bytes: the document is dated from its
period, never from the clock.
"""

from __future__ import annotations

import datetime as dt
import io
import re
from collections.abc import Sequence

import xlsxwriter
from xlsxwriter.utility import xl_col_to_name
from xlsxwriter.worksheet import Worksheet

from pipelines.base.typography import french
from pipelines.catalogue.schema import Field
from pipelines.templates.content import Template
from pipelines.templates.lists import Code
from pipelines.templates.notice import Block, notice
from pipelines.templates.sheet import TableSheet
from pipelines.templates.styles import Styles, styles
from pipelines.templates.validation import Names

# Sheets that the intake passes over: sources/ignored_sheets.csv names them.
NOTICE, REMARKS, LISTS = "Notice", "Remarques", "Listes"
_NOTICE_WIDTHS = (34, 60, 40, 12, 18)
_REMARKS_ROWS = 40
_REMARKS = (
    "Ce qu'il faut savoir de ces nombres : une absence, un changement de méthode, un fait hors du commun. Vigie garde "
    "cette feuille sans la lire. Jamais un nom, ni rien qui désigne une personne."
)


def as_workbook(template: Template) -> bytes:
    """Return the workbook's bytes."""
    stream = io.BytesIO()
    with xlsxwriter.Workbook(stream, {"in_memory": True, "strings_to_formulas": False}) as book:
        first_day = dt.datetime.combine(template.period.start, dt.time(), dt.UTC)
        title = f"{template.mark.capitalize()} : {template.name}" if template.mark else template.name
        book.set_properties({"title": title, "author": "Vigie", "created": first_day})
        look = styles(book)
        _write_notice(book.add_worksheet(NOTICE), notice(template), look)
        sheets = [(book.add_worksheet(t.sheet), t) for t in template.tables]
        _write_remarks(book.add_worksheet(REMARKS), look)
        lists = _Lists(book, look)
        for sheet, table in sheets:
            fields = [f for f in table.schema.fields if not f.hidden and table.choices.get(f.name)]
            names = {f.name: lists.name(f, table.choices[f.name]) for f in fields}
            TableSheet(sheet, table, template, names, look).write()
        if sheets:
            sheets[0][0].activate()
    return stream.getvalue()


def _write_notice(sheet: Worksheet, blocks: list[Block], look: Styles) -> None:
    for column, width in enumerate(_NOTICE_WIDTHS):
        sheet.set_column(column, column, width)
    sheet.hide_gridlines(2)
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)
    row = 0
    for block in blocks:
        sheet.write_string(row, 0, french(block.heading), look.heading if row else look.title)
        row += 1
        for column, header in enumerate(block.headers):
            sheet.write_string(row, column, header, look.header)
        row += bool(block.headers)
        for line in block.lines:
            if len(line) == 1:
                sheet.merge_range(row, 0, row, len(_NOTICE_WIDTHS) - 1, "", look.wrapped)
                sheet.set_row(row, 15 * _lines(line[0], sum(_NOTICE_WIDTHS)))
            else:
                sheet.set_row(row, 15 * max(_lines(t, w) for t, w in zip(line, _NOTICE_WIDTHS, strict=False)))
            for column, text in enumerate(line):
                sheet.write_string(row, column, text if block.headers else french(text), look.wrapped)
            row += 1
        row += 1


def _write_remarks(sheet: Worksheet, look: Styles) -> None:
    sheet.set_column(0, 0, 110)
    sheet.hide_gridlines(2)
    sheet.write_string(0, 0, REMARKS, look.title)
    sheet.write_string(1, 0, french(_REMARKS), look.wrapped)
    sheet.set_row(1, 32)
    for row in range(3, 3 + _REMARKS_ROWS):
        sheet.write_blank(row, 0, None, look.text)


def _lines(text: str, width: float) -> int:
    """Estimate how many lines a text takes in a column: only a program that draws it can tell."""
    return max(1, -(-len(text) * 11 // int(width * 10)))


class _Lists:
    """The sheet of lists, filled as sheets ask for them: codes, labels and units side by side, each under a name."""

    def __init__(self, book: xlsxwriter.Workbook, look: Styles) -> None:
        self._book, self._look = book, look
        self._sheet = book.add_worksheet(LISTS)
        self._sheet.freeze_panes(1, 0)
        self._known: dict[tuple, Names] = {}
        self._column = 0

    def name(self, f: Field, listed: list[Code]) -> Names:
        """Write a list once; return the names of its codes, of their labels and of their units."""
        key = (f.name, *listed)
        if key not in self._known:
            rank = sum(known[0] == f.name for known in self._known) + 1
            base = re.sub(r"\W", "_", f.name) + (f"_{rank}" if rank > 1 else "")
            self._known[key] = (
                self._write(f"liste_{base}", [f.typed(c.shown or c.code) for c in listed]),
                self._write(f"libelles_{base}", [c.label for c in listed]),
                self._write(f"unites_{base}", [c.unit for c in listed]),
            )
        return self._known[key]

    def _write(self, name: str, values: Sequence[int | str]) -> str:
        if not any(values):
            return name
        self._sheet.write_string(0, self._column, name, self._look.header)
        self._sheet.set_column(self._column, self._column, min(60, max(len(str(v)) for v in [name, *values]) + 2))
        for row, value in enumerate(values, start=1):
            if isinstance(value, str):
                self._sheet.write_string(row, self._column, value, self._look.text)
            else:
                self._sheet.write_number(row, self._column, value)
        letter = xl_col_to_name(self._column)
        self._book.define_name(name, f"={LISTS}!${letter}$2:${letter}${len(values) + 1}")
        self._column += 1
        return name
