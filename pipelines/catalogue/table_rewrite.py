"""A table that a spreadsheet saved in its own way, written again as tables are, when nothing is lost by it.

What a spreadsheet cannot give back is left as it is and stays refused: a zero that fell, a sign that became a question
mark, a cell that was cut.
"""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from pipelines.base.wording import plural
from pipelines.catalogue.described import Described, descriptions
from pipelines.catalogue.table_checks import files, twice_encoded
from pipelines.machine.durable import write_whole
from pipelines.settings.model import PROJECT
from pipelines.settings.project import source_of
from pipelines.settings.tables import ENCODING, OTHER_SEPARATORS, WIDE, WINDOWS, Table, named, read_table

# The signs that French prose has in Windows-1252. Others, and rare capitals, say that the file is in another encoding:
# the euro of a Mac is a Û there, its é a Ž.
_FRENCH = set("àâäçéèêëîïôöùûüÿœæÀÂÇÉÈÊÎÔŒ«»’‘“”–—…€°§¹²³½×·\u00a0")
_ENCODINGS = {WINDOWS: "Windows-1252", WIDE: "UTF-16"}
_SPACES = "[ \u00a0\u202f]"
_WORDS = {"VRAI": "true", "FAUX": "false", "TRUE": "true", "FALSE": "false"}


@dataclass(frozen=True)
class Rewritten:
    """What was done to one table: what changed in it, or why it was left as it is. The texts are French."""

    file: str
    changes: tuple[str, ...] = ()
    left: str = ""


def rewrite(project: Path = PROJECT) -> list[Rewritten]:
    """Write again every table that is not written as tables are; says what was done, and nothing of sound ones."""
    described = descriptions(project)
    found = []
    for file in files(project):
        known = next((t.get(file.stem) for folder, t in described.items() if file.is_relative_to(folder)), None)
        done = _rewrite(file, known.columns if known else {})
        if done.changes or done.left:
            found.append(done)
    return found


def _rewrite(file: Path, columns: dict[str, Described]) -> Rewritten:
    content = file.read_bytes()
    changes: Counter[str] = Counter()
    table = read_table(file)
    if why := _cannot(table, content):
        return Rewritten(named(file), left=why)
    header, lines = table.header, [line for _, line in table.lines]
    if table.encoding != ENCODING:
        changes[_ENCODINGS[table.encoding]] += 1
    if name := OTHER_SEPARATORS.get(table.separator):
        changes[f"{name} pour séparateur"] += 1
    if table.wrapped:
        changes["des lignes tenant dans une seule cellule"] += 1
    if table.empty:
        changes["des colonnes ou des lignes vides"] += 1
    repaired = [[_mended(cell, changes) for cell in line] for line in [header, *lines]]
    header, lines = repaired[0], repaired[1:]
    for at, name in enumerate(header):
        if fix := _FIXES.get(columns[name].type.partition("(")[0] if name in columns else ""):
            for line in lines:
                line[at] = fix(line[at], changes)
    # Quotes and line ends alone are no fault: a table is not written again for them.
    if not +changes:
        return Rewritten(named(file))
    written = io.StringIO(newline="")
    csv.writer(written, lineterminator="\n").writerows([header, *lines])
    write_whole(source_of(file), written.getvalue().encode())
    return Rewritten(named(file), tuple(_said(what, n) for what, n in changes.items() if n))


def _said(what: str, count: int) -> str:
    one, _, many = what.partition("|")
    return plural(count, one, many) if many else what


def _cannot(table: Table, content: bytes) -> str:
    """Why something would be lost; empty when nothing would be."""
    if table.torn:
        return "des lignes n'ont pas le nombre de cellules de l'en-tête : les reprendre à la main"
    if table.encoding == WINDOWS:
        try:
            text = content.decode(WINDOWS)
        except UnicodeDecodeError:
            return "l'encodage n'est ni UTF-8 ni Windows-1252"
        if foreign := sorted({c for c in text if not c.isascii()} - _FRENCH):
            return f"l'encodage n'est sans doute pas Windows-1252 (il donnerait « {''.join(foreign[:5])} »)"
        if "?" in text:
            return (
                "un « ? » y tient peut-être la place d'un signe que Windows-1252 n'a pas : reprendre la version d'avant"
            )
    return ""


def _mended(cell: str, changes: Counter[str]) -> str:
    """A cell without the spaces around it, and in its own letters."""
    tidy = cell.strip()
    changes["espace de bord|espaces de bord"] += tidy != cell
    if not tidy.isascii() and (before := twice_encoded(tidy)):
        changes["cellule lue dans un autre encodage|cellules lues dans un autre encodage"] += 1
        return before
    return tidy


def _date(cell: str, changes: Counter[str]) -> str:
    """`31/12/2024` → `2024-12-31`. A year of two digits is left."""
    found = re.fullmatch(r"(\d\d)/(\d\d)/(\d{4})", cell)
    changes["date française|dates françaises"] += found is not None
    return f"{found[3]}-{found[2]}-{found[1]}" if found else cell


def _number(cell: str, changes: Counter[str]) -> str:
    """`1 234,5` → `1234.5`."""
    if re.fullmatch(rf"-?(\d+|\d{{1,3}}({_SPACES}\d{{3}})+)(,\d+)?", cell) and not cell.removeprefix("-").isdigit():
        changes["nombre à la française|nombres à la française"] += 1
        return re.sub(_SPACES, "", cell).replace(",", ".")
    return cell


def _boolean(cell: str, changes: Counter[str]) -> str:
    word = _WORDS.get(cell, cell)
    changes["VRAI ou FAUX|VRAI ou FAUX"] += word != cell
    return word


_FIXES: dict[str, Callable[[str, Counter[str]], str]] = {
    "date": _date, "integer": _number, "bigint": _number, "decimal": _number, "boolean": _boolean,
}  # fmt: skip
