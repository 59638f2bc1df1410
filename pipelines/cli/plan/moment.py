"""Of which day the plan is read: one that has ended is still read, on its last day, and so is one before its first."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from pipelines.publication.reading import rows

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection


def day_of(db: DuckDBPyConnection, asked: dt.date) -> dt.date:
    """Return the day asked for when a plan covers it; else the last day of the plan before it, or the first of all."""
    spans = [
        (r["valide_de"] or dt.date.min, r["valide_a"] or dt.date.max)
        for r in rows(db, "select valide_de, valide_a from plan.versions")
    ]
    if any(first <= asked <= last for first, last in spans):
        return asked
    before = [last for _, last in spans if last < asked]
    return max(before) if before else min(first for first, _ in spans)


def other_days(db: DuckDBPyConnection, day: dt.date) -> list[dt.date]:
    """List the last days of the other plans, the latest first: a code may be of one that is over."""
    ends = rows(db, "select distinct valide_a from plan.versions where valide_a is not null order by 1 desc")
    return [r["valide_a"] for r in ends if r["valide_a"] != day]


def in_force(table: str, day: dt.date) -> str:
    """Write the condition, in SQL, that a line of a table holds on a day."""
    return (
        f"coalesce({table}.valide_de, date '0001-01-01') <= date '{day.isoformat()}' "
        f"and coalesce({table}.valide_a, date '9999-12-31') >= date '{day.isoformat()}'"
    )
