"""The codes that a column may hold: a `table.column` of the seeds, for one département, in force in a period."""

from __future__ import annotations

from dataclasses import dataclass

from pipelines.base.periods import Period
from pipelines.base.spelling import folded
from pipelines.catalogue.code_lists import code_table, in_force
from pipelines.catalogue.places import register_of_places


@dataclass(frozen=True)
class Code:
    """A code and what a reader needs to use it. `shown` is how a form writes it, when it is not the code itself."""

    code: str
    label: str = ""
    unit: str = ""
    note: str = ""
    shown: str = ""


def codes(reference: str, departement: str, period: Period | None = None) -> list[Code]:
    """List the codes of `services.service` in the département, each once; with a period, those in force then.

    A code whose line was closed and reopened has the label of the later line.
    """
    table, column = reference.split(".")
    found: dict[str, Code] = {}
    for row in rows_in_force(table, departement, period):
        label = row.get("libelle") or row.get("texte") or ""
        unit = row.get("unite_compte") or row.get("unite") or ""
        note = " ".join(part for part in (row.get("definition"), row.get("note")) if part)
        found[row[column]] = Code(row[column], label, unit, note)
    return list(found.values())


def places(departement: str, period: Period) -> list[Code]:
    """List the places of the département that exist in the period, by name: « Cahors — COM-46042 »."""
    own = [
        row
        for row in register_of_places(code_table)
        if row["code_departement"] == departement
        and row["territoire_code"] != f"DEP-{departement}"
        and in_force(row, period)
    ]
    named = {row["territoire_code"]: row["libelle"] for row in own}
    listed = [Code(code, label, shown=f"{label} — {code}") for code, label in named.items()]
    return sorted(listed, key=lambda c: (folded(c.label), c.code))


def rows_in_force(table: str, departement: str, period: Period | None = None) -> list[dict[str, str]]:
    """List the lines that concern the département, and the period when one is given."""
    return [
        row
        for row in code_table(table)
        if row.get("code_departement", departement) == departement and in_force(row, period)
    ]
