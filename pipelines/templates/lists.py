"""The codes that a column may hold: a `table.column` of the seeds, for one département, in force in a period."""

from __future__ import annotations

from dataclasses import dataclass

from pipelines.base.periods import Period
from pipelines.base.spelling import folded
from pipelines.catalogue.load import code_table
from pipelines.catalogue.places import register_of_places

# Not a file: the plan's follow-up indicators, then the situation series that pilots answer for.
_DECLARED = "indicateurs_declares"


@dataclass(frozen=True)
class Code:
    """A code and what a reader needs to use it. `shown` is how a form writes it, when it is not the code itself."""

    code: str
    label: str = ""
    unit: str = ""
    note: str = ""
    shown: str = ""


def code_list_values(reference: str, departement: str, period: Period | None = None) -> list[str]:
    """`services.service` → the département's codes, in order, each once; with a period, those in force then."""
    return [c.code for c in codes(reference, departement, period)]


def codes(reference: str, departement: str, period: Period | None = None) -> list[Code]:
    """The same with labels. A code whose line was closed and reopened has the label of the later line."""
    table, column = reference.split(".")
    found: dict[str, Code] = {}
    for row in rows_in_force(table, departement, period):
        label = row.get("libelle") or row.get("texte") or ""
        unit = row.get("unite_compte") or row.get("unite") or ""
        note = " ".join(part for part in (row.get("definition"), row.get("note")) if part)
        found[row[column]] = Code(row[column], label, unit, note)
    return list(found.values())


def places(departement: str, period: Period) -> list[Code]:
    """The places within the département that are there in the period, by their names: « Cahors — COM-46042 »."""
    own = [
        row
        for row in register_of_places(code_table)
        if row["code_departement"] == departement
        and row["territoire_code"] != f"DEP-{departement}"
        and _in_force(row, period)
    ]
    named = {row["territoire_code"]: row["libelle"] for row in own}
    listed = [Code(code, label, shown=f"{label} — {code}") for code, label in named.items()]
    return sorted(listed, key=lambda c: (folded(c.label), c.code))


def rows_in_force(table: str, departement: str, period: Period | None = None) -> list[dict[str, str]]:
    """The lines of a list that concern the département, and the period when one is given."""
    return [
        row
        for row in _rows(table)
        if row.get("code_departement", departement) == departement and (period is None or _in_force(row, period))
    ]


def _rows(table: str) -> list[dict[str, str]]:
    if table == _DECLARED:
        situation = [row for row in code_table("indicateurs") if row["statistique"] == "suivi_actions"]
        return [*code_table("indicateurs_suivi"), *situation]
    return code_table(table)


def _in_force(row: dict[str, str], period: Period) -> bool:
    begins, ends = row.get("valide_de") or "0001-01-01", row.get("valide_a") or "9999-12-31"
    return begins <= period.end.isoformat() and period.start.isoformat() <= ends
