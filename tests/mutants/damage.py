"""How a file is damaged: one cell, one column, one line, as a hand slips."""

from __future__ import annotations

import codecs
import csv
import io
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import openpyxl

Row = dict[str, object]
Line = dict[str, str]
WORKBOOK_4001 = "crimes-et-delits-services-demonstration.xlsx"


@contextmanager
def workbook(file: Path) -> Iterator[openpyxl.Workbook]:
    """The workbook, saved again when the block ends; its « Présentation », the demonstration's mark, stays."""
    book = openpyxl.load_workbook(file)
    yield book
    book.save(file)


def rows(file: Path, sheet: str) -> list[Row]:
    """The rows of a list, by header."""
    header, *lines = openpyxl.load_workbook(file)[sheet].iter_rows(values_only=True)
    return [dict(zip(header, line, strict=True)) for line in lines]


def change_rows(file: Path, sheet: str, change: Callable[[Row], Row | None]) -> list[tuple[int, Row]]:
    """Write what `change` gives back of a row of a list; returns (line, new row) of those changed."""
    with workbook(file) as book:
        page = book[sheet]
        header = [c.value for c in page[1]]
        changed = []
        for line in range(2, page.max_row + 1):
            row = {name: page.cell(line, i).value for i, name in enumerate(header, start=1)}
            new = change(row)
            if new is not None:
                for i, name in enumerate(header, start=1):
                    page.cell(line, i).value = new[name]
                changed.append((line, new))
    return changed


def with_values(row: Row, new: dict[str, object]) -> Row:
    """The row with these values; one that is a function is given the row."""
    return row | {k: v(row) if callable(v) else v for k, v in new.items()}


def set_rows(file: Path, sheet: str, wanted: Callable[[Row], bool], **new: object) -> list[tuple[int, Row]]:
    """Give these values to the rows that are wanted."""
    return change_rows(file, sheet, lambda row: with_values(row, new) if wanted(row) else None)


def first(wanted: Callable[[Row], bool]) -> Callable[[Row], bool]:
    """Only the first row that is wanted."""
    done: list[bool] = []
    return lambda row: not done and wanted(row) and not done.append(True)


def change_first(file: Path, sheet: str, wanted: Callable[[Row], bool], **new: object) -> tuple[int, Row]:
    """Give these values to the first row that is wanted."""
    [changed] = set_rows(file, sheet, first(wanted), **new)
    return changed


def add_rows(file: Path, sheet: str, *rows: Row) -> None:
    with workbook(file) as book:
        page = book[sheet]
        header = [c.value for c in page[1]]
        for row in rows:
            page.append([row.get(name) for name in header])


def _read(file: Path) -> tuple[str, str, str]:
    """A marked CSV: its encoding, its mark, the rest of its text."""
    content = file.read_bytes()
    encoding = "utf-8-sig" if content.startswith(codecs.BOM_UTF8) else "utf-8"
    try:
        mark, text = content.decode(encoding).split("\n", 1)
    except UnicodeDecodeError:
        encoding = "cp1252"
        mark, text = content.decode(encoding).split("\n", 1)
    return encoding, mark, text


def lines(file: Path) -> list[Line]:
    """The lines of a marked CSV, by header."""
    return list(csv.DictReader(io.StringIO(_read(file)[2], newline=""), delimiter=";"))


def change_lines(file: Path, change: Callable[[Line], Line | None]) -> list[tuple[int, Line]]:
    """A marked, semicolon-separated CSV: `change` gives back a line, or None to drop it. Returns what differs."""
    encoding, mark, text = _read(file)
    quoted = csv.QUOTE_ALL if text.startswith('"') else csv.QUOTE_MINIMAL
    before = lines(file)
    out = io.StringIO(newline="")
    end = "\r\n" if "\r\n" in text else "\n"
    writer = csv.DictWriter(out, list(before[0]), delimiter=";", lineterminator=end, quoting=quoted)
    writer.writeheader()
    changed = []
    for number, row in enumerate(before, start=3):
        new = change(dict(row))
        if new is not None:
            writer.writerow(new)
        if new != row:
            changed.append((number, new or row))
    file.write_bytes((mark + "\n" + out.getvalue()).encode(encoding))
    return changed


def set_lines(file: Path, wanted: Callable[[Line], bool], **new: object) -> list[tuple[int, Line]]:
    """Give these values to the lines that are wanted."""
    return change_lines(file, lambda row: {k: str(v) for k, v in with_values(row, new).items()} if wanted(row) else row)


def change_first_line(file: Path, wanted: Callable[[Line], bool], **new: object) -> tuple[int, Line]:
    """Give these values to the first line that is wanted."""
    [changed] = set_lines(file, first(wanted), **new)
    return changed


def thin(file: Path, year: str, lost: range) -> tuple[int, int]:
    """Take these départements away from a year of the base; how many lines it had, how many are left."""
    of_year = [row["code_departement"] for row in lines(file) if row["annee"] == year]
    gone = {str(n) for n in lost}
    change_lines(file, lambda row: None if row["annee"] == year and row["code_departement"] in gone else row)
    return len(of_year), sum(code not in gone for code in of_year)


def cell_4001(book: openpyxl.Workbook, force: str, year: int, service: str, index: int):
    """The cell of one service and index in the workbook by service; `force` is PN or GN."""
    page = book[f"Services {force} {year}"]
    [column] = [c.column for row in page.iter_rows(max_row=3) for c in row if c.value == service]
    [line] = [row[0].row for row in page.iter_rows(max_col=1) if row[0].value == index]
    return page.cell(line, column)


def column_4001(book: openpyxl.Workbook, force: str, year: int, service: str) -> dict[int, object]:
    """The cells of one service, by index."""
    page = book[f"Services {force} {year}"]
    return {
        row[0].value: cell_4001(book, force, year, service, row[0].value)
        for row in page.iter_rows(max_col=1)
        if isinstance(row[0].value, int)
    }
