"""Whether a quarter is closed: its day has passed, and all that was owed for it is in, or excused."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pipelines.intake.periods import Period
from pipelines.publication.reading import rows
from pipelines.snapshots.excuses import Excuse

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

# The plan's follow-up returns are due on this day of the month after a quarter; its snapshot is of that day.
DUE = {"months_after": 1, "day": 20}
# A year's figures belong to its last quarter: those that wait for it are owed then.
_MISSING = """
select s.source, s.phrase, s.objet, s.debiteur, s.absence
from qualite.series_manquantes as s
inner join reference.absences as a on a.absence = s.absence
where a.retient_cloture
    and s.periode_debut <= $fin and s.periode_fin >= $debut
    and (s.periode_type <> 'annee' or $dernier)
order by s.source, s.phrase
"""
_RED = """
select c.regle_code, c.objet, c.message
from qualite.controles as c
inner join reference.publication as p on p.chargement = c.chargement
where c.porte = 'entrepot' and c.severite = 'bloquant' and c.resultat in ('ecart', 'erreur')
order by all
"""


@dataclass(frozen=True)
class Closure:
    """`blockers` are sentences in French; none, and the quarter is closed. `excused` are what an excuse covers."""

    quarter: Period
    due: dt.date
    blockers: list[str]
    excused: list[dict]


def is_quarter(period: Period) -> bool:
    return period.months == 3


def due_date(quarter: Period) -> dt.date:
    """From this day on a quarter may be closed."""
    return quarter.due(**DUE)


def judge(db: DuckDBPyConnection, quarter: Period, excuses: list[Excuse], today: dt.date) -> Closure:
    """What the published warehouse itself says of a quarter."""
    due = due_date(quarter)
    blockers: list[str] = []
    if today < due:
        blockers.append(f"le trimestre {quarter} se clôt à partir du {due:%d/%m/%Y}")
    found = rows(
        db,
        _MISSING,
        named={"debut": quarter.start, "fin": quarter.end, "dernier": str(quarter).endswith("T4")},
    )
    covered = {e.source for e in excuses}
    excused = [row for row in found if row["source"] in covered]
    blockers += [f"{row['phrase']} ({row['source']})" for row in found if row["source"] not in covered]
    blockers += [
        f"le contrôle bloquant {r['regle_code']} est rouge ({r['objet']}) : {r['message'] or 'voir vigie quality'}"
        for r in rows(db, _RED)
    ]
    return Closure(quarter, due, blockers, excused)
