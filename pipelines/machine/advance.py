"""How far a long work is, in a file of the home: whoever looks sees it, whoever runs it."""

from __future__ import annotations

import contextlib
import json
import os
import time
from pathlib import Path
from typing import Any

# Written at most so often: a reader looks every two seconds.
_EVERY_SECONDS = 0.5


class Advance:
    """A watcher (`pipelines.base.progress`) that keeps the last step in a file. A disk that is full loses it, and
    nothing else.
    """

    def __init__(self, file: Path) -> None:
        self._file = file
        self._step, self._written = "", 0.0

    def __call__(self, step: str, done: int, total: int | None) -> None:
        now = time.monotonic()
        if step == self._step and now - self._written < _EVERY_SECONDS and done != total:
            return
        self._step, self._written = step, now
        draft = self._file.with_name(f".{self._file.name}.{os.getpid()}")
        with contextlib.suppress(OSError):
            draft.write_text(json.dumps({"pid": os.getpid(), "etape": step, "fait": done, "total": total}), "utf-8")
            os.replace(draft, self._file)


def advance_of(file: Path, pid: object) -> dict[str, Any] | None:
    """Return the last step that this process told: `etape`, `fait`, `total`; None when it told none."""
    with contextlib.suppress(OSError, ValueError, AttributeError):
        told: dict[str, Any] = json.loads(file.read_text(encoding="utf-8"))
        return told if told.get("pid") == pid else None
    return None
