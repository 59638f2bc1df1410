"""Files that survive a power cut: on disk before they are named, named before anyone is told."""

from __future__ import annotations

import os
from pathlib import Path


def commit(draft: Path, target: Path) -> None:
    """Give a finished draft its name, in one step that is on disk when this returns."""
    with draft.open("rb") as stream:
        os.fsync(stream.fileno())
    os.replace(draft, target)
    sync_folder(target.parent)


def sync_folder(folder: Path) -> None:
    """Make a rename or a creation in `folder` survive a power cut."""
    fd = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(fd)
    finally:
        os.close(fd)
