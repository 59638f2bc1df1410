"""Templates filled in as a service would, from their sheets and schemas, never by the module under test."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import openpyxl

from pipelines.settings import SOURCES
from pipelines.templates import Template, as_workbook


def rows(file: Path) -> list[dict[str, str]]:
    with file.open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


def forms(source: str) -> list[dict[str, str]]:
    """The lines of layouts.csv of which a template is made; a form that a service has of its own has none."""
    return [row for row in rows(SOURCES / source / "layouts.csv") if row.get("modele") != "non"]


def records(sheet) -> list[dict[str, object]]:
    header, *body = sheet.iter_rows(values_only=True)
    return [dict(zip(header, values, strict=True)) for values in body]


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


def save_filled(template: Template, folder: Path) -> Path:
    """The template's workbook with every answer given, saved by openpyxl."""
    book = openpyxl.load_workbook(io.BytesIO(as_workbook(template)))
    for table, layout in zip(template.tables, forms(template.source.name), strict=True):
        schema = json.loads((SOURCES / template.source.name / layout["schema"]).read_text(encoding="utf-8"))
        for i, row in enumerate(filled(schema, records(book[table.sheet])), start=2):
            for j, value in enumerate(row.values(), start=1):
                book[table.sheet].cell(i, j, value)
    file = folder / f"{template.name}.xlsx"
    book.save(file)
    return file
