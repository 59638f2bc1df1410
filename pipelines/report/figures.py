"""How a figure is written in its unit: with the decimals it has, and no more than its unit takes."""

from __future__ import annotations

from functools import cache

from pipelines.settings.model import SOURCES
from pipelines.settings.tables import read_rows

# Of a unit that units.csv does not name: a count has none, a mean of counts has these.
_MOST = 2


def decimals(unit: object) -> int:
    """How many decimals a figure in this unit has at most."""
    return _decimals().get(str(unit), _MOST)


def rounded(value: float, unit: object) -> float:
    """A figure at the precision of its unit."""
    return round(float(value), decimals(unit))


def number_format(value: float, unit: object) -> str:
    """The format of a cell of a workbook: 0,5 reads 0,5 and 12 reads 12, whatever stands above and below them."""
    _, _, fraction = f"{rounded(value, unit):.{decimals(unit)}f}".partition(".")
    shown = fraction.rstrip("0")
    return "#,##0." + "0" * len(shown) if shown else "#,##0"


@cache
def _decimals() -> dict[str, int]:
    return {row["unite"]: int(row["decimales"]) for row in read_rows(SOURCES / "units.csv")}
