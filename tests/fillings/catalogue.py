"""The lines of `fillings.yml`, performed: files, and what each is expected to give."""

from __future__ import annotations

import shutil
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from pathlib import Path

import pyarrow.parquet as pq
import yaml

from pipelines.reading.parse import Verdict
from tests.fillings import gestures
from tests.fillings.forms import FORMS, KEYS, Book
from tests.fillings.writing import SAVED, saved_by_libreoffice, text, workbook

TABLE = Path(__file__).with_name("fillings.yml")
# (table, the names of a row, measure) → value, as text.
Values = dict[tuple[str, tuple[str, ...], str], str]


@dataclass(frozen=True)
class Filling:
    """One line: what the person did (`geste`), on which form, and what Vigie must read or answer.

    `lu`: sheet → row → measure → value, where it is not what the form held. `sans`: sheet → rows that are no more.
    `refus`: code, and where given the place and words of the answer.
    """

    code: str
    geste: str
    formulaire: str
    format: str = "xlsx"
    faire: list[list] = field(default_factory=list)
    feuille: str = ""
    texte: list[list] = field(default_factory=list)
    lu: dict = field(default_factory=dict)
    sans: dict = field(default_factory=dict)
    remarque: str = ""
    refus: dict = field(default_factory=dict)
    inutile: bool = False  # a refusal that a better reader would not need

    def book(self) -> Book:
        made = FORMS[self.formulaire]()
        for name, *arguments in self.faire:
            options = (
                arguments.pop() if arguments and isinstance(arguments[-1], dict) and name != "ajouter_ligne" else {}
            )
            getattr(gestures, name)(made, *arguments, **options)
        return made

    def expected(self) -> Values:
        """Every measure of the form, with what the gestures change by hand in the table."""
        values = values_of(FORMS[self.formulaire](), self.feuille)
        for sheet, rows in self.sans.items():
            table, names, _ = KEYS[sheet]
            gone = [tuple(str(r).split("/")) for r in rows] if rows else None
            values = {k: v for k, v in values.items() if k[0] != table or (gone and k[1][: len(gone[0])] not in gone)}
        for sheet, rows in self.lu.items():
            table, names, measures = KEYS[sheet]
            for row, read in rows.items():
                key = tuple(str(row).split("/")) + ("",) * (len(names) - len(str(row).split("/")))
                for measure in measures:
                    values.setdefault((table, key, measure), "")
                values |= {(table, key, measure): canonical(value) for measure, value in read.items()}
        return values


def fillings() -> list[Filling]:
    """The table, in its order."""
    return [Filling(**line) for line in yaml.safe_load(TABLE.read_text(encoding="utf-8"))]


def write_all(wanted: list[Filling], folder: Path) -> dict[str, Path]:
    """code → file; those that LibreOffice saves are left out where it is not installed."""
    files: dict[str, Path] = {}
    todo: dict[str, list[Filling]] = {}
    for filling in wanted:
        if filling.format == "csv":
            files[filling.code] = _text_file(filling, folder)
        elif filling.format in SAVED:
            todo.setdefault(filling.format, []).append(filling)
        else:
            files[filling.code] = folder / f"{filling.code}.xlsx"
            workbook(filling.book(), files[filling.code])
    for kind, own in todo.items() if shutil.which("libreoffice") else ():
        source, target = folder / f"{kind}-source", folder / kind
        source.mkdir(), target.mkdir()
        made = [source / f"{f.code}.xlsx" for f in own]
        for file, filling in zip(made, own, strict=True):
            workbook(filling.book(), file)
        saved_by_libreoffice(made, kind, target)
        files |= {f.code: target / f"{f.code}.{SAVED[kind][1]}" for f in own}
    return files


def _text_file(filling: Filling, folder: Path) -> Path:
    file, encoding, options = folder / f"{filling.code}.csv", "utf-8", {}
    changes = list(filling.texte)
    for name, *arguments in filling.texte:
        if name == "separateur":
            options = {"separator": arguments[0]}
    content = text(filling.book(), filling.feuille, **options)
    for name, *arguments in changes:
        if name == "remplacer":
            assert arguments[0] in content, f"{filling.code} : {arguments[0]!r} n'est pas dans le texte"
            content = content.replace(*arguments)
        elif name == "prefixer":
            content = arguments[0] + content
        elif name == "ajouter":
            content += arguments[0]
        elif name == "double_encodage":
            content = content.encode().decode("cp1252", "replace")
        elif name == "encodage":
            encoding = arguments[0]
    file.write_bytes(content.encode(encoding))
    return file


def values_of(book: Book, only: str = "") -> Values:
    """What a form holds, measure by measure."""
    values: Values = {}
    for name, sheet in book.items():
        if only and name != only:
            continue
        table, names, measures = KEYS[name]
        for row in sheet.body():
            key = tuple(canonical(row[sheet.column(n)]) for n in names)
            values |= {(table, key, m): canonical(row[sheet.column(m)]) for m in measures}
    return values


def values_read(verdict: Verdict, raw: Path) -> Values:
    """What Vigie read, from the rows that it wrote."""
    values: Values = {}
    for source, table in {(part.source, part.table) for part in verdict.parts}:
        [names, measures] = next((names, measures) for t, names, measures in KEYS.values() if t == table)
        for row in pq.read_table(raw / source / table / f"{verdict.fichier}.parquet").to_pylist():
            key = tuple(canonical(row[n]) for n in names)
            assert (table, key, measures[0]) not in values, f"{key} est lu deux fois"
            values |= {(table, key, m): canonical(row[m]) for m in measures}
    return values


def canonical(value: object) -> str:
    """One spelling of a value: 8, 8.0 and « 8.00 » are 8; nothing is nothing."""
    if value is None:
        return ""
    try:
        number = Decimal(str(value))
    except InvalidOperation:
        return str(value)
    return format(number.normalize(), "f") if number.is_finite() else str(value)
