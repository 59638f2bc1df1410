"""What a home gathers and nobody reads again: old logs, Dagster's history of old loads, copies of the project."""

from __future__ import annotations

import shutil
import sqlite3
import time
from contextlib import closing, suppress
from pathlib import Path

from pipelines.home.instance import forget_old_runs, write_instance
from pipelines.machine.paths import Paths
from pipelines.operations.beside import discard_beside
from pipelines.settings.model import Settings

_DAY = 86_400
# How long another process that has the history open is waited for, in seconds.
_PATIENCE = 5
# Logs that every load adds to are cut in two at this size.
_LARGEST_LOG = 10 << 20


def prune(settings: Settings) -> dict[str, int]:
    """Remove logs older than `logs_days`, and the history of the loads before the last ones; returns how many of each.
    The caller holds the lock.
    """
    before = time.time() - settings.logs_days * _DAY
    discard_beside(settings.paths)
    return {
        "journaux": _logs(settings.paths, before),
        "executions": _runs(settings.paths),
        "copies": _copies(settings.paths),
    }


def _logs(paths: Paths, before: float) -> int:
    gone = 0
    for file in paths.logs.iterdir():
        if file.is_file() and file.stat().st_mtime < before:
            file.unlink(missing_ok=True)
            gone += 1
        elif file.is_file() and file.stat().st_size > _LARGEST_LOG and file.suffix == ".log":
            file.replace(file.with_suffix(".ancien"))
    return gone


def _runs(paths: Paths) -> int:
    """The history that loads and the interface's runs left, and the room that it took: SQLite keeps it otherwise."""
    history = paths.dagster / "history"
    if not history.is_dir():
        return 0
    write_instance(paths)
    from dagster import DagsterInstance

    with DagsterInstance.get() as instance:
        gone = forget_old_runs(instance, paths)
    for file in (history / "runs.db", history / "runs" / "index.db"):
        if file.exists():
            with closing(sqlite3.connect(file, timeout=_PATIENCE)) as db, suppress(sqlite3.OperationalError):
                db.execute("vacuum")  # another process writes: another day
    return gone


def _copies(paths: Paths) -> int:
    """Copies of the project that are no longer the one in force, and builds that were tried."""
    link = paths.dbt / "projet"
    in_force = link.resolve() if link.is_symlink() else None
    old = [f for f in paths.dbt.glob("projet-*") if f != in_force]
    old += [*paths.dbt.glob(".projet-*"), *paths.build.glob("*.ancien")]
    for folder in old:
        _remove(folder)
    return len(old)


def _remove(path: Path) -> None:
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path, ignore_errors=True)
    else:
        path.unlink(missing_ok=True)
