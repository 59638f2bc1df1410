"""The Table Schemas of Vigie's own formats, as values: what a column is called, holds and may be."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from pathlib import Path

from pipelines.catalogue.model import Layout
from pipelines.settings.model import SOURCES
from pipelines.settings.tables import read_rows


@dataclass(frozen=True)
class Field:
    """One column: its header is `title`, or `name`; `description` and `example` are for who fills it in.

    `hidden`: filled in by Vigie and not shown. `reminder`: the header of what is last known, beside it.
    `words`: how a form writes its codes. `decimal_units`: the units that are not counts; None for any.
    """

    name: str
    title: str
    description: str
    type: str
    example: object
    required: bool = False
    minimum: float | None = None
    maximum: float | None = None
    enum: tuple[str, ...] = ()
    code_list: str = ""
    is_place: bool = False
    hidden: bool = False
    reminder: str = ""
    totalled: bool = False
    words: dict[str, str] = field(default_factory=dict, hash=False)
    decimal_units: frozenset[str] | None = None

    @property
    def is_text(self) -> bool:
        return self.type == "string"

    @property
    def is_number(self) -> bool:
        return self.type in {"integer", "number"}

    def is_whole(self, unit: str) -> bool:
        """Whether a value in this unit is a count."""
        return self.type == "integer" or (self.decimal_units is not None and unit not in self.decimal_units)

    def typed(self, code: str) -> int | str:
        """A code of a list, as the column's cells hold it."""
        return int(code) if self.type == "integer" else code

    def expected(self, whole: bool = False) -> str:
        """What a cell may hold, in French: « un nombre entier, de 1 à 12 »."""
        words = {"integer": "un nombre entier", "number": "un nombre", "date": "une date", "string": "un texte"}
        said = words["integer" if self.is_number and whole else self.type]
        if self.minimum is not None and self.maximum is not None:
            said += f", de {self.minimum:g} à {self.maximum:g}"
        elif self.minimum is not None:
            said += f", au moins {self.minimum:g}"
        elif self.maximum is not None:
            said += f", au plus {self.maximum:g}"
        return said


@dataclass(frozen=True)
class Schema:
    """One table. `label`, `unit` and `check` are the headers of what its form shows beside the boxes, if it does."""

    title: str
    description: str
    fields: tuple[Field, ...]
    key: tuple[str, ...]
    label: str = ""
    unit: str = ""
    check: str = ""

    @property
    def names(self) -> list[str]:
        return [f.name for f in self.fields]

    @property
    def answers(self) -> list[Field]:
        """What is left to whoever fills it in."""
        return [f for f in self.fields if f.name not in self.key and not f.hidden]


def read_schema(layout: Layout, root: Path = SOURCES) -> Schema:
    """The schema that layouts.csv gives to a layout of Vigie's own format."""
    folder = root / layout.source
    file = next(row["schema"] for row in read_rows(folder / "layouts.csv") if row["layout"] == layout.name)
    described = json.loads((folder / file).read_text(encoding="utf-8"))
    beside = described.get("vigie:formulaire", {})
    return Schema(
        title=described["title"],
        description=described["description"],
        fields=tuple(_field(f, _units(root)) for f in described["fields"]),
        key=tuple(described["primaryKey"]),
        label=beside.get("intitule", ""),
        unit=beside.get("unite", ""),
        check=beside.get("controle", ""),
    )


def _units(root: Path) -> frozenset[str]:
    """The units that are no counts, as units.csv lists them."""
    return frozenset(row["unite"] for row in read_rows(root / "units.csv"))


def _field(described: dict, units: frozenset[str]) -> Field:
    rules = described.get("constraints", {})
    return Field(
        name=described["name"],
        title=described["title"],
        description=described["description"],
        type=described["type"],
        example=described["example"],
        required=rules.get("required", False),
        minimum=rules.get("minimum"),
        maximum=rules.get("maximum"),
        enum=tuple(rules.get("enum", ())),
        code_list=described.get("vigie:liste", ""),
        is_place=described["vigie:type"] == "lieu",
        hidden=described.get("vigie:masquee", False),
        reminder=described.get("vigie:rappel", ""),
        totalled=described.get("vigie:total", False),
        words=described.get("vigie:choix", {}),
        decimal_units=units if isinstance(described.get("vigie:unite"), dict) else None,
    )
