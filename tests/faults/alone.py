"""`python -m tests.faults.alone intake`, `… publication BUILD` and `… mise-a-niveau HOME LOAD`: one part of a load, or
of an upgrade, as a process that can be killed.

The home is that of the environment. `--echange-par-copie` is the fault that the harness must see: the published file
is overwritten where it lies, not swapped.
"""

from __future__ import annotations

import os
import sys
import time
from pathlib import Path

from pipelines.settings.model import Settings

_PIECE = 1 << 18


def intake(settings: Settings) -> None:
    """Receive what lies in the landing folder, under the lock, as a load does first."""
    from pipelines.catalogue.load import load_catalogue
    from pipelines.home.register import Register
    from pipelines.machine.lock import LoadLock
    from pipelines.reception.receive import receive

    with LoadLock(settings.paths.lock, "essai"), Register(settings.paths.register) as register:
        receive(settings, register, load_catalogue(), "essai")


def publication(settings: Settings, build: Path, by_copy: bool) -> None:
    """Publish a build, as a load does last."""
    from pipelines.machine.lock import LoadLock
    from pipelines.publication import publish

    def overwrite(draft: Path, target: Path) -> None:
        with draft.open("rb") as new, target.open("r+b") as old:
            while piece := new.read(_PIECE):
                old.write(piece)
                old.flush()
                os.fsync(old.fileno())  # an operation of its own: the harness can kill between two pieces
                time.sleep(0.05)  # as slow as a share on a network: long enough for a reader to fall in it
            old.truncate()
        draft.unlink()

    if by_copy:
        publish.commit = overwrite
    with LoadLock(settings.paths.lock, "essai"):
        publish.publish(
            build,
            settings.paths,
            publish.Publication("essai", "2025-02-15", "essai", settings.departement, "demonstration"),
        )


def upgrade(settings: Settings, made: Path, load: str) -> None:
    """Put in place a home that was made again beside, as an upgrade does last."""
    from pipelines.machine.lock import LoadLock
    from pipelines.operations.beside import put_in_place

    with LoadLock(settings.paths.lock, "essai"):
        put_in_place(Settings(home=made, landing=made / "landing").paths, settings.paths, load)


if __name__ == "__main__":
    if sys.argv[1] == "intake":
        intake(Settings())
    elif sys.argv[1] == "mise-a-niveau":
        upgrade(Settings(), Path(sys.argv[2]), sys.argv[3])
    else:
        publication(Settings(), Path(sys.argv[2]), "--echange-par-copie" in sys.argv)
