"""The lines of a form that are filled in beforehand: what they are about, and how they add up."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from pipelines.catalogue.model import Layout, Source, SourceTable
from pipelines.catalogue.schema import Field, Schema
from pipelines.settings.tables import read_rows
from pipelines.templates.known import Row
from pipelines.templates.lists import Code

# Tables whose rows are a list of the plan. Others have their rows beside the schema, or one a code that must be there.
_ROWS_FROM_LIST = {
    ("action_followup", "indicateurs"): "indicateur_code",
    ("action_followup", "actions"): "action_a_mener_code",
    ("plan_steering", "reunions"): "instance_code",
    ("plan_steering", "dispositifs"): "dispositif_code",
    ("socle_commun", "mesures"): "mesure_code",
}
# What a file of rows says of a row besides its codes.
WHOLE, PART, ADDEND = "tout", "partie", "somme"


@dataclass(frozen=True)
class Line:
    """One prefilled row: its codes, what they mean, and how it adds up with its neighbours (`group`, `rule`)."""

    values: Row
    label: str = ""
    unit: str = ""
    group: str = ""
    rule: str = ""


def own_lines(
    source: Source,
    layout: Layout,
    schema: Schema,
    table: SourceTable,
    choices: dict[str, list[Code]],
    blank: Row,
    root: Path,
) -> list[Line]:
    """List the prefilled rows of a table; none for a table that starts empty."""
    fields = {f.name: f for f in schema.fields}
    file = root / source.name / f"{layout.table}.rows.csv"
    if file.exists():
        return [_line(row, fields, blank) for row in read_rows(file)]
    listed = _ROWS_FROM_LIST.get((source.name, layout.table)) or next(iter(table.complete), None)
    if not listed:
        return []
    return [
        Line(blank | {listed: fields[listed].typed(c.code)}, f"{c.code} — {c.label}" if c.label else c.code, c.unit)
        for c in choices[listed]
    ]


def _line(row: dict[str, str], fields: dict[str, Field], blank: Row) -> Line:
    codes_of_row: Row = {name: fields[name].typed(value) for name, value in row.items() if name in fields}
    said = {name: row.get(name, "") for name in ("libelle", "unite", "groupe", "regle")}
    return Line(blank | codes_of_row, said["libelle"], said["unite"], said["groupe"], said["regle"])
