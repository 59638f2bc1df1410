"""The periods that can be given, what each still waits for, and what was given."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from pipelines.base.periods import Period
from pipelines.catalogue.load import load_catalogue
from pipelines.home.register import Register
from pipelines.publication.fingerprint import build_is_needed
from pipelines.publication.reading import opened
from pipelines.quality import excuses
from pipelines.settings.model import Settings
from pipelines.snapshots import closure, folder, manifest
from pipelines.snapshots.take import STALE

_QUARTERS, _MONTHS, _YEARS = 4, 3, 2


@dataclass(frozen=True)
class Standing:
    """A period: what was given of it, and what keeps it from being given (French sentences)."""

    period: Period
    due: dt.date
    given: list[folder.Name]
    blockers: list[str]
    excused: int

    @property
    def ready(self) -> bool:
        """Whether it can be given now, for the first time."""
        return not self.given and not self.blockers


def ended(today: dt.date, months: int, count: int) -> list[Period]:
    """List the last periods of a kind that are over, newest first."""
    this = today.year * 12 + today.month - 1
    last = this - this % months
    return [Period(last - months * i, months) for i in range(1, count + 1)]


def periods_to_show(settings: Settings) -> list[Period]:
    """List the quarters, months and years that a person may want to give now."""
    today = settings.today
    wanted = [*ended(today, 3, _QUARTERS), *ended(today, 1, _MONTHS), *ended(today, 12, _YEARS)]
    return [p for p in wanted if settings.depuis is None or p.end >= Period.read(settings.depuis).start]


def standings(settings: Settings, periods: list[Period]) -> list[Standing]:
    """Judge each period as giving it would. Nothing published: each says so."""
    given = folder.given(settings.paths.snapshots)
    mine = {p: [n for n in given if n.period == str(p)] for p in periods}
    if not settings.paths.warehouse.exists():
        nothing = ["rien n'est encore publié"]
        return [Standing(p, closure.due_date(p), mine[p], nothing, 0) for p in periods]
    catalogue, excused = load_catalogue(), excuses.read(settings.paths)
    with Register(settings.paths.register) as register, opened() as db:
        stale = [STALE] if build_is_needed(settings, register, catalogue) else []
        judged = [closure.judge(db, settings, catalogue, p, excused) for p in periods]
    return [Standing(v.period, v.due, mine[v.period], [*stale, *v.blockers], len(v.excused)) for v in judged]


def given_editions(settings: Settings) -> list[dict]:
    """List what was given, newest first, as each manifest tells it."""
    root = settings.paths.snapshots
    said = [manifest.read(root / str(name)) for name in folder.given(root)]
    return sorted(said, key=lambda m: m["fait_le"], reverse=True)
