"""What the files of a landing folder say, read by hand: the second opinion on the warehouse, without its code."""

from __future__ import annotations

import csv
import hashlib
from functools import lru_cache
from pathlib import Path

import openpyxl


@lru_cache(maxsize=16)
def sheet(landing: Path, start: str, name: str) -> list[tuple]:
    """The rows of one sheet of the workbook whose name starts so."""
    return list(openpyxl.load_workbook(_file(landing, start), read_only=True)[name].iter_rows(values_only=True))


def records(landing: Path, start: str, name: str) -> list[dict]:
    """The same as dicts by the headers of the first row."""
    header, *rows = sheet(landing, start, name)
    return [dict(zip(header, row, strict=False)) for row in rows]


def lines(landing: Path, start: str) -> list[dict]:
    """The records of a CSV of the demonstration, below its warning."""
    with _file(landing, start).open(encoding="utf-8-sig", newline="") as stream:
        next(stream)
        return list(csv.DictReader(stream, delimiter=";"))


def workbook_4001(landing: Path, year: int, indexes: set[int]) -> dict[str, int]:
    """Service → facts of these indexes in a year, from the sheets of both forces."""
    counts: dict[str, int] = {}
    for force, headers in (("PN", 3), ("GN", 2)):
        rows = sheet(landing, "crimes-et-delits", f"Services {force} {year}")
        for column, service in enumerate(rows[headers - 1][2:], start=2):
            counts[service] = sum(r[column] for r in rows[headers:] if r[0] in indexes)
    return counts


def monthly_4001(landing: Path, year: int) -> dict[int, int]:
    """Index → facts of the Lot in the twelve months of a year, in the workbook that counts every unit."""
    heads, *rows = sheet(landing, "tableaux-4001-ts", "46")
    months = [n for n, head in enumerate(heads) if str(head).startswith(f"{year}_")]
    assert len(months) == 12
    return {row[0]: sum(row[n] for n in months) for row in rows}


def sha256(landing: Path, start: str) -> str:
    return hashlib.sha256(_file(landing, start).read_bytes()).hexdigest()


def _file(landing: Path, start: str) -> Path:
    (found,) = landing.glob(f"{start}*")
    return found
