"""One change to a file, as a hand, a spreadsheet or a network makes it; seeded, so that a mutant can be made again."""

from __future__ import annotations

import csv
import io
import random
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import openpyxl
import xlsxwriter

# What is met in a cell where something else was expected.
_CELLS: tuple[object, ...] = (
    "", " ", "-1", -5, 0, "0", "1.000", "15.800", "1,5", 3.5, "1e9", "2,023E+11", 999_999_999, "abc", "n.c.", "NA",
    "ndiff", "-", "12/31/2020", "31/02/2021", "2021-02-31", "2020_13", "975", "00", "2A", "46", "99999", "1 234",
    "1\u202f234", "#REF!", "=1+1", "é" * 80, "0001", "True", "Total", "TOTAL", "police", "ensemble", "\u00a0", "'12",
    "2031", "1889",
)  # fmt: skip

Table = list[list[object]]


@dataclass(frozen=True)
class Mutant:
    """`content` is `original` with one change, which `says` names; `name` is how it is dropped."""

    original: Path
    says: str
    content: bytes

    @property
    def name(self) -> str:
        return self.original.name


def mutant(original: Path, seed: int) -> Mutant:
    """The mutant of a file for a seed: half of them change a cell, the others a row, a column or the file."""
    rng = random.Random(f"{original.name} {seed}")
    made = _of_workbook(original, rng) if original.suffix == ".xlsx" else _of_text(original, rng)
    return Mutant(original, f"{made[0]} (graine {seed})", made[1])


# ---- what is done to a table: rows of cells, the first of them headers


def _cell(table: Table, head: int, rng: random.Random) -> str:
    row = rng.randrange(head, len(table))
    column = rng.randrange(len(table[row]))
    value = rng.choice(_CELLS)
    table[row][column] = value
    return f"cellule {row + 1}/{column + 1} : {str(value)[:12]!r}"


def _near(table: Table, head: int, rng: random.Random) -> str:
    """A number that is off by one, ten times too large, or its neighbour's."""
    for _ in range(200):
        row, column = rng.randrange(head, len(table)), rng.randrange(max(len(r) for r in table))
        if column < len(table[row]) and str(table[row][column]).strip('"').isdigit():
            value = int(str(table[row][column]).strip('"'))
            table[row][column] = rng.choice((value + 1, value * 10, max(value - 1, 0), value + 37, 0))
            return f"nombre {row + 1}/{column + 1} : {value} → {table[row][column]}"
    return _cell(table, head, rng)


def _row(table: Table, head: int, rng: random.Random) -> str:
    row = rng.randrange(head, len(table))
    kind = rng.choice(("perdue", "doublée", "vide", "courte", "échangée", "fin perdue", "recopiée"))
    if kind == "perdue":
        del table[row]
    elif kind == "doublée":
        table.insert(row, list(table[row]))
    elif kind == "vide":
        table[row] = ["" for _ in table[row]]
    elif kind == "courte":
        table[row] = table[row][:-1]
    elif kind == "échangée":
        other = rng.randrange(head, len(table))
        table[row], table[other] = table[other], table[row]
    elif kind == "fin perdue":
        del table[head + (len(table) - head) * rng.randrange(30, 98) // 100 :]
    else:
        table[row] = list(table[rng.randrange(head, len(table))])
    return f"ligne {row + 1} {kind}"


def _column(table: Table, head: int, rng: random.Random) -> str:
    width = min(len(r) for r in table[head - 1 :]) or 1
    a, b = rng.randrange(width), rng.randrange(width)
    kind = rng.choice(("échangées", "perdue", "doublée", "renommée", "vidée"))
    for row in table[head - 1 :] if kind != "échangées" else table[head:]:
        if len(row) <= max(a, b):
            continue
        if kind == "échangées":
            row[a], row[b] = row[b], row[a]
        elif kind == "perdue":
            del row[a]
        elif kind == "doublée":
            row.insert(a, row[a])
        elif kind == "vidée" and row is not table[head - 1]:
            row[a] = ""
    if kind == "renommée":
        table[head - 1][a] = f"{table[head - 1][a]} bis"
    return f"colonnes {a + 1} et {b + 1} {kind}"


_KINDS: tuple[Callable[[Table, int, random.Random], str], ...] = (_cell, _cell, _near, _near, _row, _row, _column)


# ---- texts


def _of_text(file: Path, rng: random.Random) -> tuple[str, bytes]:
    data = file.read_bytes()
    if rng.random() < 0.2:
        return _bytes(data, rng)
    encoding = "utf-8-sig" if data.startswith(b"\xef\xbb\xbf") else "utf-8"
    try:
        text = data.decode(encoding)
    except UnicodeDecodeError:
        encoding = "cp1252"
        text = data.decode(encoding)
    first, *_ = lines = text.splitlines()
    marked = first.strip(';"').startswith("DONN")
    header = lines[1 if marked else 0]
    separator = max(";,\t", key=header.count)
    table: Table = [list(r) for r in csv.reader(io.StringIO(text), delimiter=separator) if r]
    says = rng.choice(_KINDS)(table, 2 if marked else 1, rng)
    out = io.StringIO()
    quoting = csv.QUOTE_ALL if header.startswith('"') else csv.QUOTE_MINIMAL
    csv.writer(out, delimiter=separator, quoting=quoting, lineterminator="\n").writerows(table)
    return says, out.getvalue().encode(encoding, errors="replace")


def _bytes(data: bytes, rng: random.Random) -> tuple[str, bytes]:
    kind = rng.choice(("coupé", "sans fin de ligne", "séparateur", "utf-16", "crlf", "octet", "guillemet", "virgule"))
    if kind == "coupé":
        return kind, data[: rng.randrange(len(data) // 3, len(data))]
    if kind == "sans fin de ligne":
        return kind, data.rstrip(b"\r\n")
    if kind == "séparateur":
        return kind, data.replace(b";", b",") if b";" in data else data.replace(b",", b";")
    if kind == "utf-16":
        return kind, data.decode("utf-8", errors="replace").encode("utf-16")
    if kind == "crlf":
        return kind, data.replace(b"\n", b"\r\n")
    at = rng.randrange(len(data) // 4, len(data))
    added = {"octet": b"\x00", "guillemet": b'"', "virgule": b";;"}[kind]
    return kind, data[:at] + added + data[at:]


# ---- workbooks


@lru_cache(maxsize=32)
def _sheets(file: Path) -> tuple[tuple[str, tuple[tuple[object, ...], ...]], ...]:
    book = openpyxl.load_workbook(file, read_only=True)
    return tuple((page.title, tuple(page.iter_rows(values_only=True))) for page in book.worksheets)


def _of_workbook(file: Path, rng: random.Random) -> tuple[str, bytes]:
    if rng.random() < 0.05:
        data = file.read_bytes()
        return "coupé", data[: rng.randrange(len(data) // 3, len(data))]
    sheets = [[name, [["" if v is None else v for v in row] for row in rows]] for name, rows in _sheets(file)]
    number = max(range(len(sheets)), key=lambda i: (len(sheets[i][1]) > 3) * rng.random())
    name, table = sheets[number]
    head = 3 if name.startswith("Services PN") else 2 if name.startswith("Services GN") else 1
    if rng.random() < 0.1:
        sheets[number][0] = rng.choice(("975", "99", "Feuil1", f"{name} bis", name.upper(), "Services GN 2031"))
        says = f"feuille {name} renommée {sheets[number][0]}"
    else:
        says = f"{name}, {rng.choice(_KINDS)(table, head, rng)}"
    return says, _written(sheets)


def _written(sheets: list) -> bytes:
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True, "strings_to_formulas": False}) as book:
        for name, table in sheets:
            page = book.add_worksheet(name[:31])
            for r, row in enumerate(table):
                for c, value in enumerate(row):
                    if value != "":
                        page.write(r, c, value)
    return out.getvalue()
