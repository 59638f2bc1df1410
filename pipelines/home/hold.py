"""A home held by the one command that writes in it, and found whole: what a dead command left is put right first."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from pipelines.base.exit_codes import INTERNAL_FAULT, Stopped
from pipelines.home.kept import put_back
from pipelines.machine.lock import LoadLock
from pipelines.machine.paths import Paths


class HalfRestored(Stopped):
    """A restore left the home before its end: nothing in it is whole. The text is French."""

    exit_code = INTERNAL_FAULT


@contextmanager
def held(paths: Paths, command: str, wait: bool | None = None) -> Iterator[None]:
    """Hold the lock of a home; a swap that was cut short is undone first. The lock shows `command` meanwhile; `wait` is
    None where nothing waits. Raises LockHeld and HalfRestored.
    """
    with LoadLock(paths.lock, command, wait):
        if paths.restoring.exists():
            raise HalfRestored(
                f"Une restauration a été interrompue dans {paths.home} : rien n'y est entier. La relancer : "
                "vigie restore SAUVEGARDE"
            )
        put_back(paths)
        yield
