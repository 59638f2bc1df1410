"""What was owed for a quarter and will not come: said with a reason, so that the quarter can close without it."""

from __future__ import annotations

from dataclasses import dataclass

from pipelines import ledger
from pipelines.intake.periods import Period
from pipelines.settings import Paths


@dataclass(frozen=True)
class Excuse:
    """One line of the home's excuses.csv: this source, in this quarter, is not waited for. Dates are ISO."""

    source: str
    trimestre: str
    motif: str
    inscrite_le: str


def read(paths: Paths, period: Period) -> list[Excuse]:
    """Those of the quarters that a period touches."""
    return [e for e in ledger.lines(paths.excuses, Excuse) if _touches(Period.read(e.trimestre), period)]


def _touches(quarter: Period, period: Period) -> bool:
    return quarter.start <= period.end and period.start <= quarter.end


def add(paths: Paths, excuse: Excuse) -> None:
    """Append one line; the file is replaced whole."""
    ledger.append(paths.excuses, excuse)
