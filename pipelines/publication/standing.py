"""Of what the published warehouse misses, what is still asked for: not what is excused or before the home's start.

Excuses and the start are read as they are now: neither waits for a load to be obeyed, or taken back.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass, field

from pipelines.base.periods import SEVERAL, Period
from pipelines.catalogue.downloads import is_fetched
from pipelines.catalogue.model import Catalogue, Source
from pipelines.quality import excuses
from pipelines.quality.excuses import Excuse
from pipelines.settings import identity
from pipelines.settings.model import Settings

REAL = "reelle"
_KEY = (
    "source", "table_nom", "absence", "objet_type", "objet_code", "territoire_code", "debiteur_code", "periode_type",
)  # fmt: skip


@dataclass
class Standing:
    """Rows of `qualite.series_manquantes`, each cut to the periods of its kind. `earlier` are asked of nobody because
    no start is set: they are older than the home.
    """

    asked: list[dict] = field(default_factory=list)
    excused: list[dict] = field(default_factory=list)
    earlier: list[dict] = field(default_factory=list)


def standing(settings: Settings, catalogue: Catalogue, missing: list[dict], nature: str | None = None) -> Standing:
    """Sort what is missing. `nature` is the home's: without a start that is set, a real one asks nobody for what is
    older than the year of its first load.
    """
    said, begins = excuses.read(settings.paths), home_start(settings, nature)
    groups: dict[tuple, list[dict]] = {}
    for row in missing:
        groups.setdefault(tuple(row[column] for column in _KEY), []).append(row)
    found = Standing()
    for rows in groups.values():
        source = catalogue.source(rows[0]["source"])
        kept: list[tuple[list[dict], dict, Period]] = []
        for row in sorted(rows, key=lambda r: r["periode_debut"]):
            for period in periods(row):
                pile = _pile(found, source, row, period, settings.starts(source.name), said, begins)
                if pile is not None:
                    kept.append((pile, row, period))
        for pile, run in _runs(kept):
            pile.append(_cut(run, source))
    return found


def home_start(settings: Settings, nature: str | None) -> dt.date | None:
    """From when a home that sets no start asks: the year of its first load. A demonstration asks for everything."""
    known = identity.read(settings.paths.home)
    if nature != REAL or settings.depuis or known is None or not known.first_load:
        return None
    return dt.date(int(known.first_load[:4]), 1, 1)


def periods(row: dict) -> Iterator[Period]:
    """The periods that an absence lasts."""
    period, last = Period.read(row["depuis"]), Period.read(row["jusqu_a"])
    while period.start <= last.start:
        yield period
        period = period.following()


def _pile(
    found: Standing, source: Source, row: dict, period: Period, start: dt.date | None, said: list[Excuse],
    begins: dt.date | None,
) -> list[dict] | None:  # fmt: skip
    if not source.is_owed(str(period), start):
        return None
    if any(e.covers(row, period) for e in said):
        return found.excused
    # What anyone can fetch is no trouble to anyone.
    if start is None and not is_fetched(source.name) and not source.is_owed(str(period), begins):
        return found.earlier
    return found.asked


def _runs(kept: list[tuple[list[dict], dict, Period]]) -> Iterator[tuple[list[dict], list[tuple[dict, Period]]]]:
    """Consecutive periods of one pile: those that a load had parted come together again."""
    run: list[tuple[dict, Period]] = []
    current: list[dict] = []
    for pile, row, period in kept:
        if run and (pile is not current or run[-1][1].following() != period):
            yield current, run
            run = []
        current = pile
        run.append((row, period))
    if run:
        yield current, run


def _cut(run: list[tuple[dict, Period]], source: Source) -> dict:
    """The absence over these periods alone, with its own due date."""
    (row, first), (ending, last) = run[0], run[-1]
    if (str(first), str(last)) == (row["depuis"], row["jusqu_a"]):
        return row
    due = source.due_date(str(first))
    cut = row | {
        "depuis": str(first), "jusqu_a": str(last), "periode_debut": first.start, "periode_fin": last.end,
        "n_periodes": len(run), "echeance": due,
        "en_cours": ending["en_cours"] and str(last) == ending["jusqu_a"],
    }  # fmt: skip
    if "jour_reference" in row:
        cut["jours_retard"] = (row["jour_reference"] - due).days
    cut["phrase"] = (
        row["phrase"]
        .replace(_when(row), _when(cut))
        .replace(f"Dû le {row['echeance']:%d/%m/%Y}", f"Dû le {due:%d/%m/%Y}")
    )
    return cut


def _when(row: dict) -> str:
    """As the sentence of an absence says it."""
    if row["depuis"] == row["jusqu_a"]:
        return f", {row['depuis']}"
    return f", de {row['depuis']} à {row['jusqu_a']} ({row['n_periodes']} {SEVERAL[row['periode_type']]})"
