"""Whether a period is closed: its day has passed, and all that was owed for it is in, or excused."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pipelines.base.periods import Period
from pipelines.catalogue.model import Catalogue
from pipelines.publication.reading import rows
from pipelines.publication.standing import periods
from pipelines.quality.excuses import Excuse
from pipelines.settings.model import Settings

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

# The plan's follow-up returns are due on this day of the month after a quarter; a period is closed from that day on.
DUE = {"months_after": 1, "day": 20}
# A quarter's figures are owed with its last month, a year's with its last quarter: what waits for them is held then.
_MISSING = """
select s.*
from qualite.series_manquantes as s
inner join reference.absences as a on a.absence = s.absence
where a.retient_cloture
    and s.periode_debut <= $fin and s.periode_fin >= $debut
    and (s.periode_type <> 'trimestre' or $fin_trimestre)
    and (s.periode_type <> 'annee' or $fin_annee)
order by s.source, s.phrase
"""
_RED = """
select c.regle_code, c.objet, c.message
from qualite.controles as c
inner join reference.publication as p on p.chargement = c.chargement
where c.porte = 'entrepot' and c.severite = 'bloquant' and c.resultat in ('ecart', 'erreur')
order by all
"""
_CALLED = {"mois": "le mois", "trimestre": "le trimestre", "annee": "l'année"}


@dataclass(frozen=True)
class Closure:
    """`blockers` are sentences in French; none, and the period is closed. `excused` are what an excuse covers."""

    period: Period
    due: dt.date
    blockers: list[str]
    excused: list[dict]


def called(period: Period) -> str:
    """« le trimestre 2019-T4 »."""
    return f"{_CALLED[period.kind]} {period}"


def due_date(period: Period) -> dt.date:
    """From this day on a period may be closed."""
    return period.due(**DUE)


def judge(
    db: DuckDBPyConnection, settings: Settings, catalogue: Catalogue, period: Period, excuses: list[Excuse]
) -> Closure:
    """What the published warehouse itself says of a month, a quarter or a year."""
    due = due_date(period)
    blockers: list[str] = []
    if settings.today < due:
        blockers.append(f"{called(period)} se clôt à partir du {due:%d/%m/%Y}")
    found = rows(
        db,
        _MISSING,
        named={
            "debut": period.start,
            "fin": period.end,
            "fin_trimestre": period.end.month % 3 == 0,
            "fin_annee": period.end.month == 12,
        },
    )
    excused = []
    for row in found:
        source = catalogue.source(row["source"])
        owed = [p for p in _within(row, period) if source.is_owed(str(p), settings.starts(source.name))]
        if owed and all(any(e.covers(row, p) for e in excuses) for p in owed):
            excused.append(row)
        elif owed:
            blockers.append(f"{row['phrase']} ({row['source']})")
    blockers += [
        f"le contrôle bloquant {r['regle_code']} a échoué ({r['objet']}) : {r['message'] or 'voir vigie quality'}"
        for r in rows(db, _RED)
    ]
    return Closure(period, due, blockers, excused)


def _within(row: dict, period: Period) -> list[Period]:
    """The periods of an absence that a day of the period is in."""
    return [p for p in periods(row) if p.start <= period.end and period.start <= p.end]
