"""Whether the tables of the project can be read, and say what their descriptions allow: every fault, not the first."""

from __future__ import annotations

import datetime as dt
import hashlib
import re
from collections.abc import Callable, Iterator
from contextlib import suppress
from difflib import get_close_matches
from pathlib import Path

from pipelines import __version__
from pipelines.base.refusal import quote
from pipelines.base.wording import plural
from pipelines.catalogue.described import Described, Description, descriptions
from pipelines.settings.model import HOME_OF_ENVIRONMENT, PROJECT
from pipelines.settings.project import CODE, PACKAGED, unknown_tables
from pipelines.settings.tables import CatalogueError, Fault, Table, named, read_table

FOLDERS = ("dbt_project/seeds", "sources", "expectations", "pipelines")
# What a spreadsheet writes when it could not compute, and dbt's own word for what is absent.
_NO_VALUE = {
    "null", "#N/A", "#NOM?", "#NAME?", "#REF!", "#VALEUR!", "#VALUE!", "#DIV/0!", "#NUL!", "#NULL!", "#NOMBRE!",
}  # fmt: skip
# What Excel makes of 11-12, or of a long number; and, in a table that nothing describes, of 0.5, a day, true.
_MONTHS = "janv|févr|mars|avr|mai|juin|juil|août|sept|oct|nov|déc"
_REMADE = re.compile(rf"\d{{1,2}}-(?:{_MONTHS})\.?|(?:{_MONTHS})\.?-\d\d|\d(?:,\d+)?E\+\d+")
_IN_FRENCH = re.compile(r"(?<!\d)-?\d+,\d+|\d\d/\d\d/\d{4}|VRAI|FAUX")
# The five bytes that Windows-1252 has no sign for: read all the same, they are these.
_UNNAMED = re.compile("[\x81\x8d\x8f\x90\x9d]")
_LOST = "\ufffd"
_SHOWN = 12
_BOOLEANS = {"true", "false"}
_BY_TABLE = "un tableur enlève les zéros du début et fait des dates de ce qui leur ressemble"
_MANY_WORDS = 12  # beyond this number of values, they are not all said


def files(project: Path = PROJECT) -> list[Path]:
    """Every table of the project."""
    found = [file for folder in FOLDERS[:-1] for file in sorted((project / folder).rglob("*.csv"))]
    # The tables beside the code stay there, where the project is elsewhere.
    code = project if (project / FOLDERS[-1]).is_dir() else CODE
    beside = sorted((code / FOLDERS[-1]).rglob("*.csv"))
    return [*found, *(file for file in beside if PACKAGED not in file.parents)]


def hold(stamp: Path, project: Path = PROJECT) -> None:
    """Raise CatalogueError when a table is faulty. `stamp` keeps the fingerprint of the last tables that were sound:
    those are not looked at again.
    """
    now = _fingerprint(project)
    if stamp.exists() and stamp.read_text(encoding="utf-8") == now:
        return
    if faults := check(project):
        raise CatalogueError(said(faults))
    with suppress(OSError):  # without it, they are looked at again
        stamp.write_text(now, encoding="utf-8")


def said(faults: list[Fault]) -> str:
    """The faults as one text, the first of them in full."""
    tables = len({f.file for f in faults})
    kinds = sentences(faults)
    lines = [f"{plural(len(faults), 'défaut')} dans {plural(tables, 'table')} du projet."]
    lines += [f"  • {sentence}" for sentence in kinds[:_SHOWN]]
    if len(kinds) > _SHOWN:
        lines.append("  … et d'autres : vigie check-tables")
    lines.append("  Rien n'a changé. Corriger, vérifier par vigie check-tables, puis relancer.")
    return "\n".join(lines)


def sentences(faults: list[Fault]) -> list[str]:
    """One sentence for each kind of fault of a column: the first line, and how many others have the same."""
    alike: dict[tuple[str, str, str], list[Fault]] = {}
    for fault in faults:
        alike.setdefault((fault.file, fault.column, fault.remedy), []).append(fault)
    return [
        first.sentence() + (f" De même {plural(len(rest), 'autre ligne', 'autres lignes')}." if rest else "")
        for first, *rest in alike.values()
    ]


def check(project: Path = PROJECT) -> list[Fault]:
    """Every fault of every table, in the order of the files."""
    tables = {file: read_table(file) for file in files(project)}
    described: dict[Path, Description] = {}
    faults: list[Fault] = []
    for folder, kinds in descriptions(project).items():
        mine = {file: kinds[file.stem] for file in tables if file.is_relative_to(folder) and file.stem in kinds}
        described |= mine
        for name in sorted(kinds.keys() - {file.stem for file in mine}):
            place = folder.relative_to(project).as_posix()
            faults.append(Fault(place, 0, "", f"la table {name}.csv manque", "La reprendre, ou retirer sa description"))
    codes = _Codes({file.stem: table for file, table in tables.items() if file in described})
    for file, table in tables.items():
        known = described.get(file)
        told = _of_description(table, known, codes) if known else _of_values(table)
        faults += sorted([*table.faults, *_of_cells(table), *told], key=lambda f: f.line)
    if project == PROJECT:
        why = "aucune table du projet n'a ce nom à cette place : elle ne remplace rien"
        remedy = "La renommer comme celle du projet, ou l'enlever"
        faults += [Fault(str(file), 0, "", why, remedy) for file in unknown_tables(HOME_OF_ENVIRONMENT)]
    return faults


def _fingerprint(project: Path) -> str:
    digest = hashlib.sha256(__version__.encode())
    told = [f for folder in FOLDERS[:3] for f in (project / folder).rglob("*.yml")]
    for file in [*files(project), *sorted(told), project / "dbt_project" / "dbt_project.yml"]:
        digest.update(named(file).encode() + b"\0" + file.read_bytes() + b"\0")
    return digest.hexdigest()


def _of_cells(table: Table) -> Iterator[Fault]:
    """What no cell of any table may hold."""
    for number, line in table.lines:
        for name, cell in zip(table.header, line, strict=True):
            if cell != cell.strip():
                yield Fault(table.file, number, name, f"{quote(cell)} commence ou finit par un espace", "L'enlever")
            elif cell in _NO_VALUE:
                yield Fault(
                    table.file, number, name, f"{quote(cell)} n'est pas une valeur", "Écrire la valeur, ou rien"
                )
            elif _REMADE.fullmatch(cell):
                yield Fault(
                    table.file, number, name, f"un tableur a sans doute fait {quote(cell)} d'une autre valeur",
                    "Reprendre la version d'avant",
                )  # fmt: skip
            elif not cell.isascii() and (_LOST in cell or twice_encoded(cell)):
                yield Fault(
                    table.file, number, name, f"des lettres de {quote(cell)} sont abîmées : le fichier a été ouvert "
                    "dans un autre encodage que le sien", "Reprendre la version d'avant, ou lancer vigie check-tables "
                    "--reecrire",
                )  # fmt: skip


def _of_values(table: Table) -> Iterator[Fault]:
    """What a table that nothing describes should hold otherwise."""
    for number, line in table.lines:
        for name, cell in zip(table.header, line, strict=True):
            if _IN_FRENCH.fullmatch(cell):
                yield Fault(
                    table.file, number, name, f"{quote(cell)} ne convient pas", "Attendu : 0.5, 2024-12-31, true"
                )


def twice_encoded(text: str) -> str:
    """What a text was before its UTF-8 was read as Windows-1252; empty for a text that was not."""
    try:
        if _UNNAMED.search(text):
            return b"".join(c.encode("latin-1" if _UNNAMED.match(c) else "cp1252") for c in text).decode()
        return text.encode("cp1252").decode()
    except UnicodeError:
        return ""


class _Codes:
    """The codes that a column of a table holds, read once."""

    def __init__(self, tables: dict[str, Table]) -> None:
        self._tables = tables
        self._read: dict[tuple[str, str], frozenset[str] | None] = {}

    def of(self, table: str, column: str) -> frozenset[str] | None:
        """None when there is no such column: what lacks is told of its own table."""
        if (table, column) not in self._read:
            listed = self._tables.get(table)
            found = None
            if listed and column in listed.header:
                at = listed.header.index(column)
                found = frozenset(line[at].strip() for _, line in listed.lines)
            self._read[table, column] = found
        return self._read[table, column]


def _of_description(table: Table, known: Description, codes: _Codes) -> Iterator[Fault]:
    lacking = [n for n, c in known.columns.items() if n not in table.header and not c.may_lack]
    foreign = [n for n in table.header if n and n not in known.columns]
    expected = f"Attendu : {', '.join(known.columns)}"
    for name in lacking:
        near = get_close_matches(name, foreign, n=1)
        yield Fault(table.file, 1, "", f"la colonne {name} manque" + (f" ({near[0]} ?)" if near else ""), expected)
    for name in foreign:
        yield Fault(table.file, 1, name, "la colonne est inconnue", expected)
    for name, column in known.columns.items():
        if name in table.header:
            yield from _of_column(table, table.header.index(name), column, codes)
    if not lacking:
        yield from _doubles(table, known.key)


def _of_column(table: Table, at: int, column: Described, codes: _Codes) -> Iterator[Fault]:
    judge = _judge(column, codes)
    judged: dict[str, tuple[str, str] | None] = {}
    for number, line in table.lines:
        value = line[at]
        if value not in judged:
            judged[value] = judge(value)
        if wrong := judged[value]:
            yield Fault(table.file, number, column.name, *wrong)


def _judge(column: Described, codes: _Codes) -> Callable[[str], tuple[str, str] | None]:
    """What is wrong with a value of this column and what would be right; None for a value that will do."""
    kind, expected = _TYPES.get(column.type.partition("(")[0], _TYPES["string"])
    scale = int(column.type.partition(",")[2].rstrip(") ") or 0)
    listed = [(table, found) for table, name in column.lists if (found := codes.of(table, name)) is not None]
    known = frozenset().union(*(found for _, found in listed))

    def judge(value: str) -> tuple[str, str] | None:
        if value in _NO_VALUE:
            return None  # told of every table
        if not value:
            return None if column.may_be_empty else ("la cellule est vide", "Elle doit être remplie")
        if not kind(value, scale):
            return f"{quote(value)} ne convient pas", f"Attendu : {expected}"
        if column.form and not re.fullmatch(column.form, value):
            return f"{quote(value)} ne convient pas", f"Attendu : comme {column.example}, à la lettre ; {_BY_TABLE}"
        if column.values and value not in column.values:
            return f"{quote(value)} est inconnu", f"Valeurs : {', '.join(column.values)}"
        if listed and value not in known:
            names = " ni dans ".join(f"{table}.csv" for table, _ in listed)
            near = get_close_matches(value, sorted(known), n=3)
            some = ", ".join(near or sorted(known)) if near or len(known) <= _MANY_WORDS else ""
            return f"{quote(value)} n'est pas dans {names}", (
                f"Les plus proches : {some}" if some else "L'y ajouter, ou corriger le code"
            )
        return None

    return judge


def _is_date(value: str, _: int) -> bool:
    try:
        return re.fullmatch(r"\d{4}-\d\d-\d\d", value) is not None and bool(dt.date.fromisoformat(value))
    except ValueError:
        return False


def _is_number(value: str, scale: int) -> bool:
    return re.fullmatch(rf"-?\d+(\.\d{{1,{scale}}})?" if scale else r"-?\d+", value) is not None


# Type, as dbt and SQL name it → whether a text is one, and how to say it.
_WHOLE = (lambda v, _: re.fullmatch(r"-?\d+", v) is not None, "un nombre entier, sans espace ni virgule")
_TYPES: dict[str, tuple[Callable[[str, int], bool], str]] = {
    "string": (lambda _, __: True, ""),
    "date": (_is_date, "une date, AAAA-MM-JJ"),
    "integer": _WHOLE,
    "bigint": _WHOLE,
    "decimal": (_is_number, "un nombre, avec un point pour la virgule"),
    "boolean": (lambda v, _: v in _BOOLEANS, "true ou false"),
}


def _doubles(table: Table, key: tuple[str, ...]) -> Iterator[Fault]:
    places = [table.header.index(name) for name in key]
    first: dict[tuple[str, ...], int] = {}
    for number, line in table.lines:
        mine = tuple(line[at] for at in places)
        other = first.setdefault(mine, number)
        if other != number:
            what = " / ".join(value for value in mine if value)
            yield Fault(
                table.file, number, "", f"{what} est déjà à la ligne {other} ({', '.join(key)})", "En garder une seule"
            )
