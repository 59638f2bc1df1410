"""Giving a snapshot: taken, drawn, and announced, under the home's lock."""

from __future__ import annotations

from pipelines.base.periods import Period
from pipelines.catalogue.load import load_catalogue
from pipelines.home.hold import held
from pipelines.home.register import Register
from pipelines.report.draw import draw
from pipelines.settings.model import Settings
from pipelines.snapshots.announce import announce
from pipelines.snapshots.take import Snapshot, take


def give(
    settings: Settings, period: Period, reason: str | None, *, command: str, wait: bool, by_a_run: bool = False
) -> Snapshot:
    """Give the snapshot of a month, a quarter or a year, and announce it with those that an earlier death left
    unannounced. The lock shows `command` meanwhile. With `by_a_run`, a run of Dagster tells the interface itself.
    Raises `LockHeld`, `NotPublished` and `Refused`.
    """
    with held(settings.paths, command, wait), Register(settings.paths.register) as register:
        announce(settings, register)
        given = take(settings, load_catalogue(), register, period, reason, draw)
        announce(settings, register, by_a_run=by_a_run)
    return given
