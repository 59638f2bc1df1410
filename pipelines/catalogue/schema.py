"""The Table Schemas of Vigie's own formats, as values: what a column may hold, and what its form shows of it.

One reading serves who reads a return and who writes its form.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypedDict

from pipelines.base.spelling import folded
from pipelines.catalogue.code_lists import read_list
from pipelines.catalogue.model import CatalogueError, Column, Layout
from pipelines.settings.model import SEEDS, SOURCES
from pipelines.settings.tables import read_rows

TYPES = {
    "annee", "annee_courte", "annee_mois", "choix", "code", "contour", "date", "decimal", "edition", "identifiant",
    "ignoree", "libelle", "lieu", "mois", "nombre", "recensement", "texte", "trimestre",
}  # fmt: skip
Units = dict[str, dict[str, str]]


@dataclass(frozen=True)
class Field:
    """One column as its form shows it: under `title`; `description` and `example` are for who fills it in.

    `hidden`: filled in by Vigie and not shown. `reminder`: the header of what is last known, beside it.
    `words`: how a form writes its codes. `decimal_units`: the units that are not counts; None for any.
    """

    column: Column
    title: str
    description: str
    type: str
    example: object
    hidden: bool = False
    reminder: str = ""
    totalled: bool = False
    words: dict[str, str] = field(default_factory=dict, hash=False)
    decimal_units: frozenset[str] | None = None

    @property
    def name(self) -> str:
        return self.column.name

    @property
    def is_number(self) -> bool:
        return self.type in {"integer", "number"}

    def is_whole(self, unit: str) -> bool:
        """Tell whether a value in this unit is a count."""
        return self.type == "integer" or (self.decimal_units is not None and unit not in self.decimal_units)

    def typed(self, code: str) -> int | str:
        """Convert a code of a list to what the column's cells hold."""
        return int(code) if self.type == "integer" else code

    def expected(self, whole: bool = False) -> str:
        """Tell in French what a cell may hold: « un nombre entier, de 1 à 12 »."""
        words = {"integer": "un nombre entier", "number": "un nombre", "date": "une date", "string": "un texte"}
        said = words["integer" if self.is_number and whole else self.type]
        low, high = self.column.minimum, self.column.maximum
        if low is not None and high is not None:
            said += f", de {low:g} à {high:g}"
        elif low is not None:
            said += f", au moins {low:g}"
        elif high is not None:
            said += f", au plus {high:g}"
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
    # The headers, folded, of what the form shows beside its boxes and nobody reads back.
    shown_beside: tuple[str, ...] = ()

    @property
    def names(self) -> list[str]:
        return [f.name for f in self.fields]

    @property
    def answers(self) -> list[Field]:
        """List the fields that are left to fill in."""
        return [f for f in self.fields if f.name not in self.key and not f.hidden]


def schema_of(layout: Layout, root: Path = SOURCES) -> Schema:
    """Read the schema of a layout of Vigie's own format."""
    return read_schema(root / layout.source / layout.schema)


def read_schema(file: Path, seeds: Path = SEEDS) -> Schema:
    """Read the schema of a file; raises CatalogueError where it names a type or a unit that there is not."""
    described = json.loads(file.read_text(encoding="utf-8"))
    units = {row["unite"]: row for row in read_rows(file.parents[1] / "units.csv")}
    beside = described.get("vigie:formulaire", {})
    shown = [*beside.values(), *(f.get("vigie:rappel", "") for f in described["fields"])]
    return Schema(
        title=described["title"],
        description=described["description"],
        fields=tuple(_field(file, f, units, seeds) for f in described["fields"]),
        key=tuple(described["primaryKey"]),
        label=beside.get("intitule", ""),
        unit=beside.get("unite", ""),
        check=beside.get("controle", ""),
        # In order: what a layout is compared by must be the same in every process.
        shown_beside=tuple(sorted({folded(header) for header in shown if header})),
    )


def _field(file: Path, described: dict[str, Any], units: Units, seeds: Path) -> Field:
    return Field(
        column=_column(file, described, units, seeds),
        title=described["title"],
        description=described["description"],
        type=described["type"],
        example=described["example"],
        hidden=described.get("vigie:masquee", False),
        reminder=described.get("vigie:rappel", ""),
        totalled=described.get("vigie:total", False),
        words=described.get("vigie:choix", {}),
        decimal_units=frozenset(units) if isinstance(described.get("vigie:unite"), dict) else None,
    )


def _column(file: Path, described: dict[str, Any], units: Units, seeds: Path) -> Column:
    rules = described.get("constraints", {})
    if described["vigie:type"] not in TYPES:
        raise CatalogueError(f"{file.name} : le type {described['vigie:type']} de {described['name']} est inconnu.")
    spellings = list(dict.fromkeys([*described.get("vigie:entetes", ()), described["title"], described["name"]]))
    return Column(
        name=described["name"],
        place="colonne",
        header=spellings[0],
        synonyms=tuple(spellings[1:]),
        type=described["vigie:type"],
        code_list=described.get("vigie:liste", ""),
        coverage="connue" if described.get("vigie:liste") else "",
        required=rules.get("required", False),
        choices=tuple(rules.get("enum", ())),
        minimum=rules.get("minimum"),
        maximum=rules.get("maximum"),
        choice_words=_choice_words(described),
        groups=described.get("vigie:groupes", ""),
        cumulates=described.get("vigie:cumul", ""),
        year_before=described.get("vigie:annee_precedente", False),
        may_lack=described.get("vigie:facultative", False),
        **_decimals(file, described, units, seeds),
    )


def _choice_words(described: dict[str, Any]) -> tuple[tuple[str, str], ...]:
    """List (word, choice) of what the form shows for a choice, and of the other words that people write."""
    shown = tuple((word, choice) for choice, word in described.get("vigie:choix", {}).items())
    return shown + tuple((w, c) for c, words in described.get("vigie:mots", {}).items() for w in words)


class _Decimals(TypedDict, total=False):
    decimals: int
    decimals_by: str
    decimals_of: tuple[tuple[str, int], ...]
    units: tuple[str, ...]


def _decimals(file: Path, described: dict[str, Any], units: Units, seeds: Path) -> _Decimals:
    """Read the decimals that a field takes: those of its unit, which may depend on another field; else none."""
    unit = described.get("vigie:unite")
    if described["vigie:type"] != "decimal":
        return {}
    if isinstance(unit, dict):
        named = unit.get("valeurs") or _units_of_list(unit["liste"], seeds)
        found = {value: units[u] for value, u in named.items() if u in units}
        return {
            "decimals": 0,
            "decimals_by": unit["selon"],
            "decimals_of": tuple((value, int(row["decimales"])) for value, row in found.items()),
            "units": tuple(dict.fromkeys(w for row in found.values() for w in row["ecritures"].split("|"))),
        }
    if unit not in units:
        raise CatalogueError(f"{file.name} : l'unité {unit} de {described['name']} n'est pas dans sources/units.csv.")
    return {"decimals": int(units[unit]["decimales"]), "units": tuple(units[unit]["ecritures"].split("|"))}


def _units_of_list(reference: str, seeds: Path) -> dict[str, str]:
    """Map each code to its unit, for `indicateurs_declares.indicateur_code.unite`."""
    name, code, unit = reference.split(".")
    return {row[code]: row[unit] for row in read_list(name, seeds)}
