"""How a file is damaged: one cell, one column, one line, as a hand slips."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import openpyxl

Row = dict[str, object]
WORKBOOK_4001 = "crimes-et-delits-services-demonstration.xlsx"


@contextmanager
def workbook(file: Path) -> Iterator[openpyxl.Workbook]:
    """The workbook, saved again when the block ends; its « Présentation », the demonstration's mark, stays."""
    book = openpyxl.load_workbook(file)
    yield book
    book.save(file)


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


def change_first(file: Path, sheet: str, wanted: Callable[[Row], bool], **new: object) -> tuple[int, Row]:
    """Change the first row that is wanted; a value that is a function is given the row."""
    done = False

    def change(row: Row) -> Row | None:
        nonlocal done
        if done or not wanted(row):
            return None
        done = True
        return row | {k: v(row) if callable(v) else v for k, v in new.items()}

    [changed] = change_rows(file, sheet, change)
    return changed


def add_rows(file: Path, sheet: str, *rows: Row) -> None:
    with workbook(file) as book:
        page = book[sheet]
        header = [c.value for c in page[1]]
        for row in rows:
            page.append([row.get(name) for name in header])


def change_lines(
    file: Path, change: Callable[[dict[str, str]], dict[str, str] | None], encoding: str = "utf-8"
) -> list[tuple[int, dict[str, str]]]:
    """A marked, semicolon-separated CSV: `change` gives back a line, or None to drop it. Returns what differs."""
    mark, text = file.read_text(encoding=encoding).split("\n", 1)
    quoted = csv.QUOTE_ALL if text.startswith('"') else csv.QUOTE_MINIMAL
    reader = csv.DictReader(io.StringIO(text, newline=""), delimiter=";")
    out = io.StringIO(newline="")
    end = "\r\n" if "\r\n" in text else "\n"
    writer = csv.DictWriter(out, list(reader.fieldnames), delimiter=";", lineterminator=end, quoting=quoted)
    writer.writeheader()
    changed = []
    for line, row in enumerate(reader, start=3):
        new = change(dict(row))
        if new is not None:
            writer.writerow(new)
        if new != row:
            changed.append((line, new or row))
    file.write_bytes((mark + "\n" + out.getvalue()).encode(encoding))
    return changed


def change_first_line(
    file: Path, wanted: Callable[[dict[str, str]], bool], encoding: str = "utf-8", **new: object
) -> tuple[int, dict[str, str]]:
    done = False

    def change(row: dict[str, str]) -> dict[str, str]:
        nonlocal done
        if done or not wanted(row):
            return row
        done = True
        return row | {k: str(v(row) if callable(v) else v) for k, v in new.items()}

    [changed] = change_lines(file, change, encoding)
    return changed


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
