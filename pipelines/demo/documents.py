"""How every file of the demonstration is put down: whole, dated, and saying that it is invented.

A workbook says so in its « Présentation », a CSV in its first line, above its headers. Its name says it too, but a name
is not a mark: files get renamed.
"""

from __future__ import annotations

import csv
import os
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal

import xlsxwriter
from xlsxwriter.worksheet import Worksheet

from pipelines.machine.disk import writing
from pipelines.machine.interruption import undo

# The demonstration stands when every figure up to December 2024 has been sent. Fixed: a date of the day would change
# the bytes.
DATED = datetime(2025, 1, 31, 12, 0, tzinfo=UTC)

MARK = "DONNÉES DE DÉMONSTRATION"
_WARNING = "Ce classeur ne doit jamais être mélangé à des livraisons réelles, ni servir à décrire le Lot."

Cell = str | int | float | None


@contextmanager
def placed(path: Path) -> Iterator[Path]:
    """A draft that becomes `path`, dated, if all goes well: whoever watches the folder never sees a part of a file."""
    draft = path.with_name(f".{path.name}.tmp")
    with undo(lambda: draft.unlink(missing_ok=True)), writing(path):
        try:
            yield draft
            os.utime(draft, (DATED.timestamp(), DATED.timestamp()))
            os.replace(draft, path)
        finally:
            draft.unlink(missing_ok=True)


@contextmanager
def marked_workbook(path: Path, seed: int, *notice: str) -> Iterator[xlsxwriter.Workbook]:
    """A workbook whose first sheet says that it is a demonstration, and what it follows (`notice`)."""
    invented = (
        f"Ses chiffres sont inventés : ils sont tirés au sort à partir de la graine {seed}, "
        "et la même graine redonne les mêmes chiffres."
    )
    # In memory, so that a crash leaves nothing behind in the system's temporary folder.
    with placed(path) as draft, xlsxwriter.Workbook(draft, {"in_memory": True}) as book:
        book.set_properties({"title": "Données de démonstration", "author": "Vigie", "created": DATED})
        sheet = book.add_worksheet("Présentation")
        for row, line in enumerate((f"{MARK} — Vigie", *notice, invented, _WARNING)):
            sheet.write_string(row, 0, line)
        yield book


def write_list(sheet: Worksheet, header: Sequence[str], rows: Iterable[Sequence[Cell]]) -> None:
    """A header, then one line per row; a text stays a text, and None leaves its cell empty."""
    for column, name in enumerate(header):
        sheet.write_string(0, column, name)
    number, string = sheet.write_number, sheet.write_string
    for line, row in enumerate(rows, start=1):
        for column, value in enumerate(row):
            if isinstance(value, str):
                string(line, column, value)
            elif value is not None:
                number(line, column, value)


def write_csv(
    path: Path,
    header: Sequence[str],
    rows: Iterable[Sequence[Cell]],
    *,
    delimiter: str,
    encoding: str = "utf-8",
    newline: str = "\n",
    quoting: Literal[0, 1] = csv.QUOTE_MINIMAL,
) -> None:
    with placed(path) as draft, draft.open("w", encoding=encoding, newline="") as stream:
        stream.write(MARK + newline)
        writer = csv.writer(stream, delimiter=delimiter, lineterminator=newline, quoting=quoting)
        writer.writerow(header)
        writer.writerows(rows)
