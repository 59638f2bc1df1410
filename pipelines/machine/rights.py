"""Who may read what Vigie writes, whatever the umask that it is started with (docs/installation.md has the table)."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from pipelines.machine.durable import restrict

# The account of Vigie writes, its group reads, and nobody else: what others read is opened to them by name.
_CLOSED = 0o027
OPEN_FOLDER, OPEN_FILE = 0o755, 0o644
_of_starter = _CLOSED


def close() -> None:
    """Have this process, and those that it starts, write for the account and its group alone."""
    global _of_starter
    _of_starter = os.umask(_CLOSED)


def create_open(folder: Path) -> None:
    """Make a folder that everyone may enter. One that is there keeps the rights that its administrator gave it."""
    if not folder.exists():
        folder.mkdir(parents=True, exist_ok=True)
        restrict(folder, OPEN_FOLDER)


@contextmanager
def asked(place: Path | None) -> Iterator[None]:
    """Write for whoever started the command, with the rights that they give to their own files, where they named a
    place; the home is not theirs.
    """
    before = os.umask(_CLOSED if place is None else _of_starter)
    try:
        yield
    finally:
        os.umask(before)
