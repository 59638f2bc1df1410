"""What the figures of an edition are and are not: in plain words for everyone, with the tests' names for whoever asks.

The public page has the plain words alone; the restricted one has both.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path

from pipelines.settings.tables import read_rows


@cache
def methods(kind: str) -> list[str]:
    """Return the notes of an edition: those of methods.csv for every edition, and its own."""
    rows = read_rows(Path(__file__).with_name("methods.csv"))
    return [row["phrase"] for row in rows if row["edition"] in ("", kind)]
