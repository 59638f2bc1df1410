"""What a swap replaces, put beside until the swap is whole: the register, the raw rows, the published file."""

from __future__ import annotations

import shutil
from pathlib import Path

from pipelines.home.register import copy_register
from pipelines.machine.durable import replace, same_or_copied, sync, sync_all
from pipelines.machine.paths import Paths


def keep(paths: Paths) -> None:
    """Put the register, the raw rows and a second name of the published file beside, whole, until what replaces them
    is published.
    """
    draft = _hidden(paths)
    shutil.rmtree(draft, ignore_errors=True)
    draft.mkdir(mode=0o750)
    copy_register(paths.register, draft / paths.register.name)
    if paths.warehouse.exists():
        same_or_copied(paths.warehouse, draft / paths.warehouse.name)
    sync_all([*draft.iterdir(), draft])
    replace(draft, paths.before_rebuild)
    sync(paths.home)
    if paths.raw.exists():
        replace(paths.raw, paths.before_rebuild / paths.raw.name)


def put_back(paths: Paths) -> bool:
    """Bring back what a swap that died had put beside; whether there was any. Cut, it is done again. The
    caller holds the lock, and no connection to the register.
    """
    before = paths.before_rebuild
    if not before.exists():
        shutil.rmtree(_hidden(paths), ignore_errors=True)
        return False
    if (before / paths.raw.name).exists():
        shutil.rmtree(paths.raw, ignore_errors=True)
        replace(before / paths.raw.name, paths.raw)
    if (before / paths.register.name).exists():
        for end in ("-wal", "-shm"):
            paths.register.with_name(paths.register.name + end).unlink(missing_ok=True)
        replace(before / paths.register.name, paths.register)
    if (before / paths.warehouse.name).exists():
        replace(before / paths.warehouse.name, paths.warehouse)
        sync(paths.published)
    sync(paths.home)
    drop_kept(paths)
    return True


def drop_kept(paths: Paths) -> None:
    """What was put beside is no longer needed: it goes in one step, then from the disk."""
    gone = _hidden(paths)
    if paths.before_rebuild.exists():
        shutil.rmtree(gone, ignore_errors=True)
        replace(paths.before_rebuild, gone)
    shutil.rmtree(gone, ignore_errors=True)


def _hidden(paths: Paths) -> Path:
    """What is not yet whole, or no longer needed."""
    return paths.before_rebuild.with_name(f".{paths.before_rebuild.name}")
