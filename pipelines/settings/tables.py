"""The tables of the project (sources/, seeds/, expectations/, and those beside the code), as every room reads them.

A table is UTF-8, with or without its mark, and its separator is the comma: so dbt reads its seeds, and one file cannot
be read in two ways. Anything else is refused with its place; `vigie check-tables --reecrire` puts it right.
"""

from __future__ import annotations

import codecs
import csv
import io
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from itertools import groupby
from pathlib import Path

from pipelines.base.exit_codes import Stopped

ENCODING = "utf-8-sig"
SEPARATOR = ","
# What a spreadsheet puts in its place, and how it is called.
OTHER_SEPARATORS = {";": "le point-virgule", "\t": "la tabulation"}
WINDOWS, WIDE = "cp1252", "utf-16"
_WIDE_MARKS = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
_ROOTS = {"sources": "sources", "seeds": "dbt_project/seeds", "expectations": "expectations", "pipelines": "pipelines"}
_SAVE_AS = "Enregistrer sous « CSV UTF-8 (délimité par des virgules) », ou lancer vigie check-tables --reecrire"
_REWRITE = "Lancer vigie check-tables --reecrire"


class CatalogueError(Stopped):
    """A table of the project does not hold together. The text is French: it is edited by statisticians."""


@dataclass(frozen=True)
class Fault:
    """What is wrong in a table, and where: `line` is the file's own, 0 for the whole of it. The texts are French."""

    file: str
    line: int
    column: str
    problem: str
    remedy: str

    def sentence(self) -> str:
        place = self.file + (f", ligne {self.line}" if self.line else "")
        place += f", colonne {self.column}" if self.column else ""
        return f"{place} : {self.problem}. {self.remedy}."


@dataclass
class Table:
    """A table as it was written, whatever is wrong with it: `lines` are the cells of each line, with its number."""

    file: str
    header: list[str] = field(default_factory=list)
    lines: list[tuple[int, list[str]]] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    encoding: str = ENCODING
    separator: str = SEPARATOR
    wrapped: bool = False  # whole lines stand in one cell
    empty: bool = False  # columns or lines hold nothing
    torn: bool = False  # lines could not be cut into the cells of the header

    def note(self, line: int, column: str, problem: str, remedy: str) -> None:
        self.faults.append(Fault(self.file, line, column, problem, remedy))


def read_rows(file: Path) -> list[dict[str, str]]:
    """The rows of a table; raises CatalogueError, with the place, for one that is not written as tables are."""
    table = _sound(file)
    return [dict(zip(table.header, cells, strict=True)) for _, cells in table.lines]


def read_cells(file: Path) -> Iterator[str]:
    """Every cell of a table, headers first; raises CatalogueError as `read_rows` does."""
    table = _sound(file)
    yield from table.header
    for _, line in table.lines:
        yield from line


def _sound(file: Path) -> Table:
    table = read_table(file)
    if table.faults:
        raise CatalogueError(table.faults[0].sentence())
    return table


def read_table(file: Path) -> Table:
    """A table with what is wrong in how it is written; what can be understood of it is read all the same."""
    table = Table(named(file))
    content = file.read_bytes()
    text = _text(table, content)
    table.separator = _separator(text)
    if name := OTHER_SEPARATORS.get(table.separator):
        table.note(1, "", f"le séparateur est {name}. Attendu : la virgule", _SAVE_AS)
    parsed = _unwrapped(table, _parsed(table, text))
    if not parsed or not any(name.strip() for name in parsed[0][1]):
        table.torn = True
        table.note(1, "", "la table est vide", "Attendu : une ligne d'en-têtes, même quand il n'y a rien dessous")
        return table
    _cut(table, parsed)
    return table


def named(file: Path) -> str:
    """How a table is called in a message: its path in the project, wherever the project is."""
    parts = file.absolute().parts
    at = max((i for i, part in enumerate(parts) if part in _ROOTS), default=len(parts) - 2)
    return "/".join((_ROOTS.get(parts[at], parts[at]), *parts[at + 1 :]))


def _text(table: Table, content: bytes) -> str:
    """The text, and a fault for what is not UTF-8."""
    if content.startswith(_WIDE_MARKS):
        table.encoding = WIDE
        table.note(1, "", "la table est en UTF-16 (« texte Unicode »). Attendu : UTF-8", _SAVE_AS)
        return content.decode(WIDE, errors="replace")
    content = content.removeprefix(codecs.BOM_UTF8)
    try:
        return content.decode()
    except UnicodeDecodeError as error:
        before = content[: error.start].decode()
    table.encoding = WINDOWS
    line = before.count("\n") + 1
    header = content.split(b"\n", 1)[0].decode(WINDOWS, errors="replace")
    separator = _separator(header)
    names = header.rstrip("\r").split(separator)
    column = ""
    with suppress(csv.Error):
        rank = len(next(csv.reader([before.rpartition("\n")[2]], delimiter=separator), [""])) - 1
        column = names[rank].strip('"') if line > 1 and rank < len(names) else ""
    table.note(
        line, column,
        "la table n'est pas en UTF-8 : elle semble l'être en Windows-1252, comme Excel l'écrit par défaut", _SAVE_AS,
    )  # fmt: skip
    return content.decode(WINDOWS, errors="replace")


def _separator(text: str) -> str:
    header = text.partition("\n")[0]
    counts = {s: header.count(s) for s in (SEPARATOR, *OTHER_SEPARATORS)}
    return max(counts, key=lambda s: counts[s])  # the comma, when there is none


def _parsed(table: Table, text: str) -> list[tuple[int, list[str]]]:
    """Each line with its number in the file."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=table.separator, strict=True)
    found: list[tuple[int, list[str]]] = []
    start = 1
    if "\0" in text:
        table.torn = True
        at = text.partition("\0")[0].count("\n") + 1
        table.note(at, "", "la ligne porte un octet nul : le fichier est abîmé", "Reprendre la version d'avant")
    try:
        for line in reader:
            found.append((start, line))
            start = reader.line_num + 1
    except csv.Error:
        table.torn = True
        table.note(start, "", "un guillemet n'est pas fermé, ou l'est trop tôt", "Doubler les guillemets d'un texte")
    return found


def _unwrapped(table: Table, parsed: list[tuple[int, list[str]]]) -> list[tuple[int, list[str]]]:
    """The cells of the lines that a spreadsheet took for one cell, because it opens `;` and not the comma."""
    first = next((number for number, line in parsed if _is_wrapped(line)), 0)
    if not first:
        return parsed
    table.wrapped = True
    table.note(first, "", "la ligne tient dans une seule cellule, entre guillemets", _REWRITE)
    return [(number, next(csv.reader(line)) if _is_wrapped(line) else line) for number, line in parsed]


def _is_wrapped(line: list[str]) -> bool:
    return len(line) == 1 and SEPARATOR in line[0]


def _cut(table: Table, parsed: list[tuple[int, list[str]]]) -> None:
    """Take the headers and the lines apart, without what a spreadsheet leaves empty around them."""
    header, lines = parsed[0][1], parsed[1:]
    width = max((i for i, name in enumerate(header, start=1) if name.strip()), default=0)
    extra = len(header) - width
    if extra and not any(any(c.strip() for c in line[width:]) for _, line in lines):
        many = "une colonne vide" if extra == 1 else f"{extra} colonnes vides"
        table.empty = True
        table.note(1, "", f"{many} à droite du tableau", _REWRITE)
        header = header[:width]
        lines = [(number, line[:width]) for number, line in lines]
    for rank, name in enumerate(header):
        if not name.strip():
            table.note(1, "", f"la colonne {rank + 1} n'a pas d'en-tête", "Lui en donner un, ou la supprimer")
        elif name in header[:rank]:
            table.note(1, name, "la colonne figure deux fois", "En supprimer une")
    table.header = header
    for empty, group in groupby(lines, key=lambda found: not any(c.strip() for c in found[1])):
        block = list(group)
        if empty:
            last = block[-1][0]
            more = f", comme les suivantes jusqu'à la ligne {last}" if len(block) > 1 else ""
            table.empty = True
            table.note(block[0][0], "", f"la ligne est vide{more}", _REWRITE)
            continue
        for number, line in block:
            if len(line) == len(header):
                table.lines.append((number, line))
            else:
                table.torn = True
                table.note(
                    number, "", f"la ligne n'a pas {len(header)} cellules, elle en a {len(line)}",
                    "Un texte qui contient une virgule s'écrit entre guillemets",
                )  # fmt: skip
