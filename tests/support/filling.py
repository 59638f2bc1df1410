"""Forms filled in as a service would, from their sheets and schemas, never by the module under test."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator
from pathlib import Path

import openpyxl
from openpyxl.worksheet.worksheet import Worksheet

from pipelines.settings.model import SOURCES
from pipelines.templates import Template, as_workbook
from tests.support.tables import rows

# What a form fills in on spare lines too.
_CONSTANT = {"edition", "annee", "mois", "trimestre", "code_departement"}


def layouts(source: str) -> list[dict[str, str]]:
    """The lines of layouts.csv that are forms; the others are only read."""
    return [row for row in rows(SOURCES / source / "layouts.csv") if row.get("modele") != "non"]


def schemas(source: str) -> dict[str, dict]:
    """Name of the sheet in layouts.csv → the Table Schema."""
    folder = SOURCES / source
    return {
        row["feuille"]: json.loads((folder / row["schema"]).read_text(encoding="utf-8"))
        for row in rows(folder / "layouts.csv")
    }


def sheets(book: openpyxl.Workbook, source: str) -> Iterator[tuple[Worksheet, dict]]:
    """(sheet of data, its schema), in order: in a year's workbook a tab is named after its table, then its period."""
    known = schemas(source)
    for sheet in book:
        named = [name for name in known if sheet.title == name or sheet.title.startswith(f"{name} ")]
        if named:
            yield sheet, known[max(named, key=len)]


def place(sheet: Worksheet, schema: dict) -> tuple[int, dict[str, int]]:
    """(line of the headers, column of each field by its name), both counted from 1; headers are the titles."""
    titles = {f["title"]: f["name"] for f in schema["fields"]}
    for line in sheet.iter_rows(max_row=30):
        found = {titles[c.value]: c.column for c in line if c.value in titles}
        if len(found) == len(titles):
            return line[0].row, found
    raise AssertionError(f"{sheet.title} : aucune ligne d'en-têtes")


def records(sheet: Worksheet, schema: dict, spare: bool = False) -> list[tuple[int, dict[str, object]]]:
    """(line, values by field) of each line that says more than the period; `spare`: of the others instead."""
    header, columns = place(sheet, schema)
    found = []
    for number in range(header + 1, sheet.max_row + 1):
        values = {name: sheet.cell(number, column).value for name, column in columns.items()}
        says = any(v is not None for name, v in values.items() if name not in _CONSTANT)
        if says is not spare and values["annee"] is not None:
            found.append((number, values))
    return found


def filled(schema: dict, held: list[dict[str, object]]) -> list[dict[str, object]]:
    """Answers in every empty cell that needs one, and in every other number; an example where a table is empty."""
    fields = {f["name"]: f for f in schema["fields"]}
    if not held:
        return [{name: f["example"] for name, f in fields.items()}]
    answers = []
    for i, row in enumerate(held):
        new = dict(row)
        for name, value in row.items():
            required = fields[name].get("constraints", {}).get("required")
            if value is None and (required or (i % 2 and fields[name]["type"] in {"integer", "number"})):
                new[name] = fields[name]["example"]
        answers.append(new)
    return answers


def fill(sheet: Worksheet, schema: dict) -> None:
    """Write the answers in the boxes; a table without lines takes its example on its first spare line."""
    _, columns = place(sheet, schema)
    held = records(sheet, schema)
    empty = not held
    lines = [number for number, _ in held or records(sheet, schema, spare=True)[:1]]
    for number, row in zip(lines, filled(schema, [values for _, values in held]), strict=True):
        for name, value in row.items():
            if not (empty and name in _CONSTANT):
                sheet.cell(number, columns[name], value)


def opened(template: Template, formulas: bool = False) -> openpyxl.Workbook:
    """The workbook of a form. openpyxl saves no value of a formula: without `formulas`, they are their values."""
    return openpyxl.load_workbook(io.BytesIO(as_workbook(template)), data_only=not formulas)


def save_filled(template: Template, folder: Path, formulas: bool = False) -> Path:
    """The form's workbook with every answer given, saved by openpyxl."""
    book = opened(template, formulas)
    for sheet, schema in sheets(book, template.source.name):
        fill(sheet, schema)
    file = folder / f"{template.name}.xlsx"
    book.save(file)
    return file
