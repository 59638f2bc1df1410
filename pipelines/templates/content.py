"""What a template holds before it is written in any format: its tables, their columns' codes, their prefilled rows."""

from __future__ import annotations

import csv
import datetime as dt
import re
import unicodedata
from dataclasses import dataclass, field
from pathlib import Path

from pipelines.intake.catalogue import Layout, Source, SourceTable
from pipelines.intake.periods import Period
from pipelines.settings import SOURCES
from pipelines.templates.lists import Code, codes
from pipelines.templates.schema import Field, Schema, read_schema

Row = dict[str, object]

# Tables whose rows are a list of the plan. Others have their rows beside the schema, or one a code that must be there.
_ROWS_FROM_LIST = {
    ("action_followup", "indicateurs"): "indicateur_code",
    ("action_followup", "actions"): "action_a_mener_code",
}
# Room for rows that cannot be prefilled: a place, a funding file.
_SPARE_ROWS = 500


@dataclass(frozen=True)
class Respondent:
    """Who answers, when a source has several: the name shown, and the keys that say so in every row."""

    name: str
    keys: dict[str, str] = field(default_factory=dict)

    @property
    def slug(self) -> str:
        """`CIAT DE CAHORS` → `CIAT-DE-CAHORS`, for a file's name."""
        bare = unicodedata.normalize("NFD", self.name).encode("ascii", "ignore").decode()
        return re.sub(r"\W+", "-", bare).strip("-")


@dataclass(frozen=True)
class TableTemplate:
    """One table: a sheet of the workbook, or a CSV."""

    name: str
    sheet: str
    separator: str
    schema: Schema
    rows: list[Row]
    choices: dict[str, list[Code]]
    whole: bool

    @property
    def spare_rows(self) -> int:
        """Rows that whoever answers may add: some when a key is left to them."""
        left = not self.rows or any(row[name] is None for row in self.rows for name in self.schema.key)
        return _SPARE_ROWS if left else 0


@dataclass(frozen=True)
class Template:
    """One workbook: a source, a period, and who answers."""

    source: Source
    period: Period
    respondent: Respondent | None
    tables: tuple[TableTemplate, ...]

    @property
    def name(self) -> str:
        """The name of its files, without extension."""
        return "_".join([self.source.name, str(self.period), *([self.respondent.slug] if self.respondent else [])])

    @property
    def due(self) -> dt.date:
        return self.source.due_date(str(self.period))


def compose(
    source: Source, period: Period, departement: str, respondent: Respondent | None = None, root: Path = SOURCES
) -> Template:
    """The template of a source for a period."""
    keys: Row = {"edition": 1, "annee": period.start.year, "code_departement": departement}
    keys |= {"mois": period.start.month, "trimestre": (period.start.month + 2) // 3}
    keys |= respondent.keys if respondent else {}
    layouts = [k for k in source.layouts if k.templated and k.covers(str(period))]
    tables = tuple(_table(source, k, period, departement, keys, root) for k in layouts)
    return Template(source, period, respondent, tables)


def _table(source: Source, layout: Layout, period: Period, departement: str, keys: Row, root: Path) -> TableTemplate:
    schema, table = read_schema(layout, root), source.tables[layout.table]
    choices = {}
    for f in schema.fields:
        if f.enum:
            choices[f.name] = [Code(value) for value in f.enum]
        elif reference := f.code_list or _crosswalk(table, f):
            choices[f.name] = codes(reference, departement, period)
    blank: Row = {name: keys.get(name) for name in schema.names}
    rows = [blank | row for row in _own_rows(source, layout, schema, table, choices, root)]
    return TableTemplate(
        layout.table, layout.sheet, layout.separator, schema, rows, choices, whole=bool(table.complete)
    )


def _crosswalk(table: SourceTable, f: Field) -> str:
    """`services.service` for a column that source.yml, not the schema, puts in a list."""
    for walk in table.crosswalks:
        for column, name in walk.keys.items():
            if name == f.name:
                return f"{walk.code_list}.{column}"
    return ""


def _own_rows(
    source: Source, layout: Layout, schema: Schema, table: SourceTable, choices: dict[str, list[Code]], root: Path
) -> list[Row]:
    """What tells one row of the table from the next; nothing for a table that starts empty."""
    fields = {f.name: f for f in schema.fields}
    file = root / source.name / f"{layout.table}.rows.csv"
    if file.exists():
        with file.open(encoding="utf-8", newline="") as stream:
            return [{n: fields[n].typed(v) for n, v in row.items()} for row in csv.DictReader(stream)]
    listed = _ROWS_FROM_LIST.get((source.name, layout.table)) or next(iter(table.complete), None)
    return [{listed: fields[listed].typed(c.code)} for c in choices[listed]] if listed else []
