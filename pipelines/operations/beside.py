"""A home made again beside the one in use: what `vigie rebuild` and `vigie upgrade` put in its place.

It lies in a folder of the home that its owner alone enters, with the same bytes and decisions and a copy of the
register. Nothing of the home is written but the log of its load and what dbt prepares.
"""

from __future__ import annotations

import datetime as dt
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from pipelines.home import archive
from pipelines.home.kept import drop_kept, keep
from pipelines.home.register import Register, copy_register
from pipelines.machine import interruption
from pipelines.machine.durable import replace, same_or_copied, sync
from pipelines.machine.paths import Paths
from pipelines.settings.model import Settings

_DRAFT = ".refait-"


@contextmanager
def beside(settings: Settings, today: dt.date) -> Iterator[Settings]:
    """Open the settings of a home beside, where nothing arrives and nothing leaves. The caller holds the lock. Raises
    UnreadableRegister.
    """
    paths = settings.paths
    paths.create()
    discard_beside(paths)
    with interruption.scratch(dir=paths.home, prefix=_DRAFT, ignore_cleanup_errors=True) as name:
        own = Settings(
            home=Path(name),
            landing=Path(name) / "landing",
            departement=settings.departement,
            today=today,
            depots=None,
            postgres_dsn=None,
            smtp_serveur="",
        )
        copy_register(paths.register, own.paths.register)
        _see(paths, own.paths)
        for received in (paths.archive, paths.quarantine):
            _second_names(received, Path(name) / received.name)
        own.paths.create()
        if paths.warehouse.exists():
            same_or_copied(paths.warehouse, own.paths.warehouse)
        yield own


def discard_beside(paths: Paths) -> None:
    """Remove what a rebuild or an upgrade that was killed left in the home."""
    for leftover in paths.home.glob(f"{_DRAFT}*"):
        shutil.rmtree(leftover, ignore_errors=True)


def put_in_place(made: Paths, paths: Paths, load: str) -> None:
    """Have a home take the rows, the register and the published file that were made beside. Killed before its end, the
    next command that writes brings back all that was there. The caller holds the lock, and no connection to either
    register.
    """
    with Register(made.register) as register:
        told = register.load(load) or {}
        register.insert("chargements", [told | {"journal": str(paths.logs / f"{load}.log")}])
    with interruption.held():
        _add_received(made, paths)
        keep(paths)
        replace(made.raw, paths.raw)
        replace(made.warehouse, paths.warehouse)
        sync(paths.published)
        if not paths.identity.exists() and made.identity.exists():
            replace(made.identity, paths.identity)
        # By SQLite itself, as one transaction: whoever has the register open reads the old one or the new one.
        copy_register(made.register, paths.register)
        sync(paths.home)
        drop_kept(paths)


def _see(paths: Paths, own: Paths) -> None:
    """Give a home beside what a build reads of the home: links, that go with it."""
    for place, there in (
        (paths.tables, own.tables),
        (paths.dbt, own.dbt),
        (paths.logs, own.logs),
        (paths.downloads, own.downloads),
        (paths.known_errors, own.known_errors),
        (paths.excuses, own.excuses),
        (paths.identity, own.identity),
    ):
        if place.exists():
            there.symlink_to(place)
    own.snapshots.mkdir()
    for snapshot in paths.snapshots.glob("[!.]*"):  # hidden: what is still to be announced, by the home itself
        (own.snapshots / snapshot.name).symlink_to(snapshot)


def _second_names(received: Path, there: Path) -> None:
    """What was received is never written again: another name of the same bytes is as good as a copy."""
    for folder in (f for f in received.glob("*") if len(f.name) == 64):
        for file in (f for f in folder.rglob("*") if f.is_file()):
            target = there / file.relative_to(received)
            target.parent.mkdir(mode=0o750, parents=True, exist_ok=True)
            same_or_copied(file, target)


def _add_received(made: Paths, paths: Paths) -> None:
    """What was decided of deliveries, and which are now refused: nothing that the archive holds is written again."""
    known = archive.decisions(paths.archive)
    for sha256, decisions in archive.decisions(made.archive).items():
        for decision in decisions[len(known.get(sha256, [])) :]:
            archive.record_decision(paths.archive, sha256, decision)
    for folder in made.quarantine.glob("*"):
        if not (paths.quarantine / folder.name).exists():
            replace(folder, paths.quarantine / folder.name)
    sync(paths.quarantine)
