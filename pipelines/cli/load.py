"""`vigie load`: one process from the landing folder to the published file."""

from __future__ import annotations

import contextlib
import io
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TextIO
from uuid import uuid4

from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn, TimeElapsedColumn

from pipelines.base import progress
from pipelines.base.exit_codes import LOCKED
from pipelines.cli import summary
from pipelines.cli.screen import err, print_json
from pipelines.home.register import Register
from pipelines.loading.session import LoadSession
from pipelines.machine.advance import Advance
from pipelines.machine.faults import MachineFault
from pipelines.machine.lock import LockHeld
from pipelines.reception.receive import look
from pipelines.settings.model import Settings


def run(wait: bool, as_json: bool) -> int:
    """Load what has arrived; the exit code says how it went (see `pipelines.loading.session`)."""
    return run_session(LoadSession(Settings(), uuid4().hex[:8], "vigie load", wait), as_json)


def run_session(
    session: LoadSession,
    as_json: bool,
    prepare: Callable[[Register], None] | None = None,
    added: Callable[[], dict] = dict,
) -> int:
    """Run one load and show it with what `added` gives; `prepare` acts on the register once the lock is held."""
    started = time.perf_counter()
    try:
        work(session, shown=not as_json, prepare=prepare)
    except LockHeld as held:
        return told_held(held, as_json)
    seconds = time.perf_counter() - started
    told = summary.gather(session, seconds) | added()
    if as_json:
        print_json(told)
    else:
        summary.show(told)
    return session.exit_code()


def told_held(held: LockHeld, as_json: bool) -> int:
    """Say as JSON who holds the lock; for a person, it is raised again."""
    if not as_json:
        raise held
    print_json({"resultat": held.sentence, "code_sortie": LOCKED, "verrou": held.holder})
    return LOCKED


def work(session: LoadSession, *, shown: bool, prepare: Callable[[Register], None] | None = None) -> None:
    """Do all of one load, a bar on the screen where it is `shown`; what came of it is in the session."""
    try:
        with session, _bar(session.settings.paths.advance, shown):
            if prepare:
                prepare(session.register)
            session.seen = look(session.settings, session.register, session.catalogue)
            session.intake = session.seen.intake
            if session.seen.waiting or session.must_build():
                _materialise(session)
    except LockHeld:
        raise
    except Exception as error:
        # A full disk was recognised where it happened, before the drafts freed their room.
        if session.fault and not isinstance(error, MachineFault):
            raise MachineFault(session.fault) from error
        raise


def _materialise(session: LoadSession) -> None:
    progress.tell("Préparation", 0)
    session.start_dbt()
    from pipelines.defs.run import run_load

    with session.log_file.open("a", encoding="utf-8") as file, _screen_kept():
        log = _Log(file)
        with contextlib.redirect_stdout(log), contextlib.redirect_stderr(log):
            run_load(session)


class _Log(io.TextIOBase):
    """The load's log, into which libraries print: a full disk loses what they print, and nothing else."""

    def __init__(self, file: TextIO) -> None:
        self._file = file

    def write(self, text: str) -> int:
        with contextlib.suppress(OSError):
            self._file.write(text)
        return len(text)

    def flush(self) -> None:
        with contextlib.suppress(OSError):
            self._file.flush()


@contextlib.contextmanager
def _screen_kept() -> Iterator[None]:
    """Keep the bar on the screen while the libraries' output goes elsewhere."""
    err.file = sys.stderr
    try:
        yield
    finally:
        err._file = None  # what the standard error is then


@contextlib.contextmanager
def _bar(advance: Path, shown: bool) -> Iterator[None]:
    """Show a bar once work lasts longer than a second, and keep the step in a file for whoever looks."""
    bar = Progress(
        TextColumn("{task.description}", markup=False), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn(),
        console=err, transient=True, disable=not shown or not err.is_terminal,
    )  # fmt: skip
    tasks: dict[str, TaskID] = {}
    started = time.monotonic()

    kept = Advance(advance)

    def watcher(step: str, done: int, total: int | None) -> None:
        kept(step, done, total)
        if step not in tasks:
            tasks[step] = bar.add_task(step, total=total)
        bar.update(tasks[step], completed=done, total=total, visible=time.monotonic() - started > 1)

    progress.watch(watcher)
    with bar:
        yield
