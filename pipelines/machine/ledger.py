"""Tables of the home that people fill through a command, a line at a time: CSV."""

from __future__ import annotations

import csv
import io
from dataclasses import astuple, fields
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from pipelines.machine.durable import write_whole

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

Line = TypeVar("Line", bound="DataclassInstance")


def lines(file: Path, kind: type[Line]) -> list[Line]:
    """Read every line, each a `kind` (a dataclass of texts); none when there is no file. Raises KeyError for a column
    that is not there.
    """
    if not file.exists():
        return []
    names = [f.name for f in fields(kind)]
    with file.open(encoding="utf-8-sig", newline="") as table:
        return [kind(**{name: row[name] for name in names}) for row in csv.DictReader(table)]


def append(file: Path, line: DataclassInstance) -> None:
    """Add one line; the file is replaced whole."""
    write(file, type(line), [*lines(file, type(line)), line])


def write(file: Path, kind: type[Line], every: list[Line]) -> None:
    """Put these lines in place of those that the file had."""
    table = io.StringIO(newline="")
    writer = csv.writer(table)
    writer.writerow([f.name for f in fields(kind)])
    writer.writerows(astuple(line) for line in every)
    write_whole(file, table.getvalue().encode())
