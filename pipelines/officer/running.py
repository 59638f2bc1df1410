"""What is under way in a home, whoever started it."""

from __future__ import annotations

from typing import Any

from pipelines.machine.advance import advance_of
from pipelines.machine.lock import holder
from pipelines.machine.paths import Paths


def running(paths: Paths) -> dict[str, Any] | None:
    """Return who holds the home's lock: `commande`, `depuis`, and `avance` (`etape`, `fait`, `total`) when it tells."""
    held = holder(paths.lock)
    return held and held | {"avance": advance_of(paths.advance, held.get("pid"))}
