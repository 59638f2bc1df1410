"""Files that survive a power cut: on disk before they are named, named before anyone is told."""

from __future__ import annotations

import os
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from pipelines.interruption import undo

# A journal takes the flushes that wait together in one write: many at once cost little more than one.
_AT_ONCE = 16


def commit(draft: Path, target: Path) -> None:
    """Give a finished draft its name, in one step that is on disk when this returns."""
    sync(draft)
    os.replace(draft, target)
    sync(target.parent)


def write_once(file: Path, content: bytes) -> bool:
    """Write the file, unless another content bears its name: what someone wrote in it since is kept."""
    if file.exists():
        return file.read_bytes() == content
    write_whole(file, content)
    return True


def write_whole(file: Path, content: bytes) -> None:
    """Put this content under the file's name, whatever stood there: a reader finds all of the old or all of the new."""
    draft = file.with_name(f".{file.name}.tmp")
    with undo(lambda: draft.unlink(missing_ok=True)):
        try:
            draft.write_bytes(content)
            commit(draft, file)
        finally:
            draft.unlink(missing_ok=True)


def sync(path: Path) -> None:
    """Make a file's bytes, or the renames and creations in a folder, survive a power cut."""
    fd = os.open(path, os.O_RDONLY)
    try:
        os.fsync(fd)
    finally:
        os.close(fd)


def sync_all(paths: Iterable[Path]) -> None:
    """The same of many; raises what the first that fails raises."""
    wanted = list(paths)
    if len(wanted) < 2:
        for path in wanted:
            sync(path)
        return
    with ThreadPoolExecutor(_AT_ONCE) as pool:
        list(pool.map(sync, wanted))
