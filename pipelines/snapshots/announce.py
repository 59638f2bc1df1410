"""What follows a snapshot that is given: analysts see it in `revisions.*`, the interface as a partition.

It is owed in writing before the snapshot has its name: a death in between is made good by whoever next holds the lock.
"""

from __future__ import annotations

from pathlib import Path

from pipelines.home.register import Register
from pipelines.machine.durable import sync
from pipelines.machine.paths import Paths
from pipelines.postgresql import owed
from pipelines.settings.model import Settings
from pipelines.snapshots import folder, manifest
from pipelines.snapshots.folder import Name

_OWED = ".a-annoncer-"


def owe(root: Path, name: Name) -> None:
    """Note that this snapshot, about to be given, will have to be announced."""
    (root / f"{_OWED}{name}").touch()
    sync(root)


def announce(settings: Settings, register: Register, *, by_a_run: bool = False) -> None:
    """Announce what is owed, if anything. `by_a_run`: the interface learns of the partition from the run that gave it.
    The caller holds the home's lock.
    """
    root = settings.paths.snapshots
    owed = sorted(root.glob(f"{_OWED}*")) if root.is_dir() else []
    given = [name for name in (Name.read(f.name.removeprefix(_OWED)) for f in owed) if name in folder.given(root)]
    if given:
        _publish_revisions(settings, register)
    for name in given:
        if folder.is_quarter(name) and not by_a_run:
            _tell(settings.paths, root, name)
    for file in owed:
        file.unlink()


def _publish_revisions(settings: Settings, register: Register) -> None:
    from pipelines.publication.publish import amend
    from pipelines.snapshots.vintages import revision_tables

    amend(settings.paths, revision_tables(settings.paths.snapshots))
    last = register.last_publication()
    if last:
        register.note_publication(
            last["chargement"], last["publie_le"], last["empreinte"], last["departement"], settings.paths.warehouse
        )
    if owed.is_owed(settings, register):
        owed.copy(settings, register)


def _tell(paths: Paths, root: Path, name: Name) -> None:
    from pipelines.home.instance import described, tell_of_snapshot

    path = root / str(name)
    tell_of_snapshot(paths, name.period, described(manifest.read(path), str(path)))
