"""The rows of a series as columns, short enough that a page loads those of an indicator at once.

What is the same in every row is left out: a page puts back A for a status, F for a confidentiality.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from pipelines.report.wording import absent

Row = dict[str, Any]
Columns = dict[str, Any]
_ACCEPTED, _FREE = "A", "F"
_DIGITS = 4


class Codes:
    """Gives each distinct value a number, in the order in which they come."""

    def __init__(self) -> None:
        self.values: list[str] = []
        self._places: dict[str, int] = {}

    def __call__(self, value: str) -> int:
        if value not in self._places:
            self._places[value] = len(self.values)
            self.values.append(value)
        return self._places[value]


def number(value: object) -> float | int | None:
    """Write a figure as a script holds it: whole when it is whole, nothing when it is missing."""
    if absent(value):
        return None
    rounded = round(float(str(value)), _DIGITS)
    return int(rounded) if rounded.is_integer() else rounded


def of_series(rows: Iterable[Row], reason: Codes, source: Codes, lots: Codes | None) -> Columns:
    """Write the points of one series, oldest first. `lots` names their deliveries, where the edition does."""
    rows = list(rows)
    found: Columns = {"p": [r["periode"] for r in rows], "v": [number(r["valeur"]) for r in rows]}
    _keep(found, "s", [r["statut"] for r in rows], _ACCEPTED)
    _keep(found, "c", [r.get("confidentialite") or _FREE for r in rows], _FREE)
    _keep(found, "r", [int(bool(r["rupture"])) for r in rows], 0)
    _keep(found, "m", [_coded(r, reason) for r in rows], None)
    _same(found, "o", [source(r["source"]) for r in rows])
    if lots is not None:
        _same(found, "l", [None if absent(r["lot_livraisons"]) else lots(r["lot_livraisons"]) for r in rows])
    return found


def of_rates(rows: Iterable[Row], reason: Codes, source: Codes, unit: Codes) -> Columns:
    """Write the rates of one series, oldest first, each with what it divides."""
    rows = list(rows)
    found: Columns = {"p": [r["periode"] for r in rows], "t": [number(r["taux"]) for r in rows]}
    for letter, name in (("n", "numerateur"), ("d", "denominateur_valeur"), ("y", "denominateur_millesime")):
        _keep(found, letter, [number(r[name]) for r in rows], None)
    _keep(found, "m", [_coded(r, reason) for r in rows], None)
    _same(found, "o", [source(r["source"]) for r in rows])
    _same(found, "u", [unit(r["unite"]) for r in rows])
    return found


def _coded(row: Row, reason: Callable[[str], int]) -> int | None:
    return None if absent(row["motif_code"]) else reason(row["motif_code"])


def _keep(found: Columns, letter: str, values: list[Any], ordinary: object) -> None:
    """Write a column, unless every value is the ordinary one."""
    if any(value != ordinary for value in values):
        found[letter] = values


def _same(found: Columns, letter: str, values: list[Any]) -> None:
    """Write a column, as one value where it is the same in every row."""
    found[letter] = values[0] if values and len(set(values)) == 1 else values
