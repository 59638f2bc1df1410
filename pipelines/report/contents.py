"""What an edition says, once for every face of it: the page, the two sheets of a committee, the workbook."""

from __future__ import annotations

from dataclasses import dataclass

from pipelines.report.beside import near
from pipelines.report.edition import Edition
from pipelines.report.front import Front, front
from pipelines.report.lines import Lines
from pipelines.report.neighbourhood import Neighbourhood, neighbourhood
from pipelines.report.priority import Priority, priorities
from pipelines.report.tables import PlanTable, plan_tables
from pipelines.snapshots.windows import MONTH, YEAR

_TITLES = {
    YEAR: "L'état de la délinquance",
    MONTH: "La délinquance du mois",
}


@dataclass(frozen=True)
class Contents:
    """`place` is the département; `tables` are the plan's own, in the bilan of a year."""

    title: str
    place: str
    front: Front
    priorities: list[Priority]
    tables: list[PlanTable]
    neighbourhood: Neighbourhood | None


def contents_of(edition: Edition) -> Contents:
    """Compose an edition from its tables."""
    lines = Lines(edition)
    found = priorities(edition, lines)
    return Contents(
        _TITLES.get(edition.period.kind, "Plan de prévention de la délinquance"),
        edition.labels("territoires", "territoire_code")[edition.department],
        front(edition, lines, found),
        found,
        plan_tables(edition, lines) if edition.period.kind == YEAR else [],
        _neighbourhood(edition, found),
    )


def _neighbourhood(edition: Edition, found: list[Priority]) -> Neighbourhood | None:
    """Compare what the priorities show, by the year: a month is told by its own figures."""
    if edition.period.kind == MONTH:
        return None
    heads = [line.code for priority in found for line in priority.heads]
    shown = [line.code for priority in found for line in (*priority.heads, *priority.situation)]
    # Beside each, the one of another source that is read with it.
    heads, shown = ([code for own in codes for code in (own, near(own)) if code] for codes in (heads, shown))
    return neighbourhood(edition, list(dict.fromkeys(shown)), heads)
