"""What a form holds before it is written in any format: its tables, their columns' codes, their prefilled lines."""

from __future__ import annotations

import datetime as dt
import json
from dataclasses import dataclass, field
from pathlib import Path

from pipelines.base.periods import Period
from pipelines.catalogue.model import Layout, Source, SourceTable
from pipelines.catalogue.schema import Field, Schema, schema_of
from pipelines.settings.model import EXPECTATIONS, SOURCES
from pipelines.templates.known import Known, Row, Values, identity_of
from pipelines.templates.lines import Line, own_lines
from pipelines.templates.lists import Code, codes, places
from pipelines.templates.names import file_name, period_in_words, tab

# Rows left free for what cannot be prefilled: a place, a funding file.
_SPARE_ROWS = 100
_PART_OF = "expect_column_pair_values_a_to_be_greater_than_b"


@dataclass(frozen=True)
class Respondent:
    """Who answers, when a source has several: the name that asks for it, the one shown, and the keys of every row."""

    name: str
    shown: str
    keys: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class TableTemplate:
    """One table of one period: a sheet of the workbook, or lines of a CSV.

    `parts`: (column of a part, column of its whole). `known`: what `known_period` says of each line.
    """

    name: str
    sheet: str
    separator: str
    schema: Schema
    period: Period
    lines: list[Line]
    blank: Row
    choices: dict[str, list[Code]]
    parts: tuple[tuple[str, str], ...] = ()
    known_period: Period | None = None
    known: Values = field(default_factory=dict)
    identity: tuple[str, ...] = ()

    @property
    def rows(self) -> list[Row]:
        return [line.values for line in self.lines]

    @property
    def spare_rows(self) -> int:
        """Count the rows that may be added: some when a key is left to fill in."""
        left = not self.lines or any(row[name] is None for row in self.rows for name in self.schema.key)
        return _SPARE_ROWS if left else 0

    def last(self, line: Line, name: str) -> str | None:
        """Return the last answer that the home holds for this line, as it was received; None without one."""
        return self.known.get(identity_of(line.values, list(self.identity)), {}).get(name)


@dataclass(frozen=True)
class Template:
    """One workbook: a source, a month, a quarter or a year of them, and who answers. `mark`: a demonstration's."""

    source: Source
    period: Period
    respondent: Respondent | None
    tables: tuple[TableTemplate, ...]
    mark: str = ""

    @property
    def name(self) -> str:
        """Name its files, without extension."""
        shown = self.respondent.shown if self.respondent else ""
        return file_name(self.source.form_name, shown, period_in_words(self.period))

    @property
    def due(self) -> dt.date:
        """Return the due date of the first of its periods."""
        return self.source.due_date(str(self.tables[0].period if self.tables else self.period))

    @property
    def by_table(self) -> dict[str, list[TableTemplate]]:
        """Group the sheets by table, in the order of their periods."""
        names = dict.fromkeys(t.name for t in self.tables)
        return {name: [t for t in self.tables if t.name == name] for name in names}


def compose(
    source: Source,
    asked: Period,
    periods: list[Period],
    departement: str,
    respondent: Respondent | None = None,
    known: Known | None = None,
    mark: str = "",
    root: Path = SOURCES,
) -> Template:
    """Compose the form of a source, a sheet a table and a period; leave out a period that has no code."""
    tables = []
    for period in periods:
        month = period.start.month
        keys: Row = {"annee": period.start.year, "code_departement": departement}
        keys |= {"mois": month, "trimestre": (month + 2) // 3}
        keys |= dict(respondent.keys) if respondent else {}
        layouts = [k for k in source.layouts if k.templated and k.covers(str(period))]
        tables += [_table(source, k, period, asked, keys, known, root) for k in layouts]
    return Template(source, asked, respondent, tuple(tables), mark)


def _table(
    source: Source, layout: Layout, period: Period, asked: Period, keys: Row, known: Known | None, root: Path
) -> TableTemplate:
    schema, table = schema_of(layout, root), source.tables[layout.table]
    departement = str(keys["code_departement"])
    choices = {}
    for f in schema.fields:
        if f.column.choices:
            choices[f.name] = [Code(value, shown=f.words.get(value, "")) for value in f.column.choices]
        elif f.column.type == "lieu":
            choices[f.name] = places(departement, period)
        elif reference := f.column.code_list or _crosswalk(table, f):
            choices[f.name] = codes(reference, departement, period)
    blank: Row = {name: keys.get(name) for name in schema.names}
    lines = own_lines(source, layout, schema, table, choices, blank, root)
    dated = {name for part in table.period_parts for name in part.columns} | {"edition"}
    identity = [name for name in schema.key if name not in dated]
    rows = [line.values for line in lines]
    then, values = known.before(source.name, table, identity, rows, period) if known and rows else (None, {})
    return TableTemplate(
        layout.table, tab(layout.sheet, period, asked), layout.separator, schema, period, lines, blank, choices,
        _parts(source, layout.table), then, values, tuple(identity),
    )  # fmt: skip


def _crosswalk(table: SourceTable, f: Field) -> str:
    """Find the list, `services.service`, of a column that source.yml, not the schema, puts in one."""
    for walk in table.crosswalks:
        for column, name in walk.keys.items():
            if name == f.name:
                return f"{walk.code_list}.{column}"
    return ""


def _parts(source: Source, table: str) -> tuple[tuple[str, str], ...]:
    """Pair each column with its whole: the rules of reception refuse a part larger than its whole."""
    file = EXPECTATIONS / "reception" / f"{source.name}.json"
    rules = json.loads(file.read_text(encoding="utf-8"))["expectations"] if file.exists() else []
    mine = [r["kwargs"] for r in rules if r["type"] == _PART_OF and r["meta"]["table"] == table]
    return tuple((kwargs["column_B"], kwargs["column_A"]) for kwargs in mine)
