"""What the demonstration is made from: the printed totals, the services, and a level for each index."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from pipelines.settings.model import SEEDS
from pipelines.settings.tables import read_rows

_HERE = Path(__file__).resolve().parent
_REFERENCE = SEEDS / "reference"

ALL_SERVICES = "total"


@dataclass(frozen=True)
class Profile:
    """How one index behaves: its level in 2016, its drift, its break in 2020, who records it."""

    level: float
    yearly_change: float
    change_2020: float
    split: str


@dataclass(frozen=True)
class Service:
    """One service; `weights` is its part of each kind of split. Those out of the workbook have no column there."""

    force: str
    department: str
    scope: str
    name: str
    in_workbook: bool
    weights: dict[str, float]


@dataclass(frozen=True)
class Printed:
    """One line of a table of the plan: the years printed, for one service or for all of them."""

    indexes: tuple[int, ...]
    unit: str
    values: dict[int, int]


def read_labels() -> dict[int, str]:
    return {int(row["code_index"]): row["libelle"] for row in reference_rows("index_4001")}


def read_profiles() -> dict[int, Profile]:
    """By index; an index without a profile is one the état 4001 does not use."""
    return {
        int(row["code_index"]): Profile(
            float(row["level_2016"]), float(row["yearly_change"]), float(row["change_2020"]), row["split"]
        )
        for row in own_rows("profile_4001.csv")
    }


def read_services() -> list[Service]:
    identity = {"force", "department", "scope", "service", "in_workbook"}
    return [
        Service(
            row["force"],
            row["department"],
            row["scope"],
            row["service"],
            row["in_workbook"] == "true",
            {split: float(weight) for split, weight in row.items() if split not in identity},
        )
        for row in own_rows("services_4001.csv")
    ]


def read_printed() -> list[Printed]:
    values: dict[tuple[str, str], dict[int, int]] = {}
    for row in own_rows("printed_tables.csv"):
        values.setdefault((row["indexes"], row["unit"]), {})[int(row["year"])] = int(row["value"])
    return [Printed(tuple(expand(indexes)), unit, years) for (indexes, unit), years in values.items()]


def expand(indexes: str) -> Iterator[int]:
    """`1-3 51` is 1, 2, 3, 51."""
    for part in indexes.split():
        first, _, last = part.partition("-")
        yield from range(int(first), int(last or first) + 1)


def own_rows(name: str) -> list[dict[str, str]]:
    """The lines of a table that stands beside this module."""
    return read_rows(_HERE / name)


def reference_rows(name: str) -> list[dict[str, str]]:
    """The lines of a reference table of the project."""
    return read_rows(_REFERENCE / f"{name}.csv")
