"""The Table Schemas of Vigie's own formats, as values: what a column is called, holds and may be."""

from __future__ import annotations

import csv
import json
from dataclasses import dataclass
from pathlib import Path

from pipelines.intake.catalogue import Layout
from pipelines.settings import SOURCES


@dataclass(frozen=True)
class Field:
    """One column: its header is `name`; `title`, `description` and `example` are for who fills it in."""

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

    @property
    def is_text(self) -> bool:
        return self.type == "string"

    def typed(self, code: str) -> object:
        """A code of a list, as the column's cells hold it."""
        return int(code) if self.type == "integer" else code

    def expected(self) -> str:
        """What a cell may hold, in French: « un nombre entier, de 1 à 12 »."""
        words = {"integer": "un nombre entier", "number": "un nombre", "date": "une date", "string": "un texte"}
        said = words[self.type]
        if self.minimum is not None and self.maximum is not None:
            said += f", de {self.minimum:g} à {self.maximum:g}"
        elif self.minimum is not None:
            said += f", au moins {self.minimum:g}"
        elif self.maximum is not None:
            said += f", au plus {self.maximum:g}"
        return said


@dataclass(frozen=True)
class Schema:
    """One table."""

    title: str
    description: str
    fields: tuple[Field, ...]
    key: tuple[str, ...]

    @property
    def names(self) -> list[str]:
        return [f.name for f in self.fields]


def read_schema(layout: Layout, root: Path = SOURCES) -> Schema:
    """The schema that layouts.csv gives to a layout of Vigie's own format."""
    folder = root / layout.source
    with (folder / "layouts.csv").open(encoding="utf-8", newline="") as stream:
        file = next(row["schema"] for row in csv.DictReader(stream) if row["layout"] == layout.name)
    described = json.loads((folder / file).read_text(encoding="utf-8"))
    return Schema(
        title=described["title"],
        description=described["description"],
        fields=tuple(_field(f) for f in described["fields"]),
        key=tuple(described["primaryKey"]),
    )


def _field(described: dict) -> Field:
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
    )
