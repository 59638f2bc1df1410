"""The columns of a sheet of a form, from left to right: the meaning, the boxes, what is known, then what is hidden."""

from __future__ import annotations

from dataclasses import dataclass

from pipelines.catalogue.schema import Field
from pipelines.templates.content import TableTemplate

LABEL, UNIT, BOX, REMINDER, CHECK, HIDDEN = "intitule", "unite", "case", "rappel", "controle", "masquee"
_WIDTHS = {LABEL: 52, UNIT: 17, REMINDER: 11, CHECK: 64, HIDDEN: 10}


@dataclass(frozen=True)
class Slot:
    """One column: what it is for, its header, and what it is of."""

    kind: str
    header: str
    of: Field | None = None

    @property
    def field(self) -> Field:
        """Return the field of a box, a reminder or a hidden column; raises ValueError for another slot."""
        if self.of is None:
            raise ValueError(f"a column of kind {self.kind} has no field")
        return self.of

    def width(self, table: TableTemplate) -> float:
        """Return the width in characters."""
        if self.kind != BOX:
            return _WIDTHS[self.kind]
        if self.field.is_number:
            return 12
        listed = [c.shown or c.code for c in table.choices.get(self.field.name, [])]
        return min(40, max([14, *(len(text) + 4 for text in listed)]))


def slots(table: TableTemplate) -> list[Slot]:
    """List every column of the schema once, with what its form shows beside."""
    schema = table.schema
    shown = [Slot(LABEL, schema.label)] if schema.label else []
    shown += [Slot(UNIT, schema.unit)] if schema.unit else []
    for f in schema.fields:
        if not f.hidden:
            shown.append(Slot(BOX, f.title, f))
            if f.reminder and table.known_period:
                shown.append(Slot(REMINDER, f.reminder, f))
    shown += [Slot(CHECK, schema.check)] if schema.check else []
    return shown + [Slot(HIDDEN, f.title, f) for f in schema.fields if f.hidden]
