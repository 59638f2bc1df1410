"""How a figure is written in its unit: with the decimals it has, and no more than its unit takes."""

from __future__ import annotations

from functools import cache

from pipelines.settings.model import SOURCES
from pipelines.settings.tables import read_rows

# For a unit that units.csv does not name: a count has no decimal, a mean of counts has two.
_MOST = 2


def decimals(unit: object) -> int:
    """Count the decimals that a figure in this unit has at most."""
    return _decimals().get(str(unit), _MOST)


def rounded(value: float, unit: object) -> float:
    """Round a figure to the precision of its unit."""
    return round(float(value), decimals(unit))


def number_format(value: float, unit: object) -> str:
    """Return the format of a cell of a workbook: 0,5 reads 0,5 and 12 reads 12, whatever stands around them."""
    _, _, fraction = f"{rounded(value, unit):.{decimals(unit)}f}".partition(".")
    shown = fraction.rstrip("0")
    return "#,##0." + "0" * len(shown) if shown else "#,##0"


@cache
def _decimals() -> dict[str, int]:
    return {row["unite"]: int(row["decimales"]) for row in read_rows(SOURCES / "units.csv")}
