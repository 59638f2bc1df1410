"""What each file of the public folder is, in words: the table that its README and its manifest are made of."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from pipelines.settings.tables import read_rows


@cache
def contents() -> dict[str, str]:
    """Path in the public folder → what the file is, in the order in which a reader is told of them."""
    return {row["fichier"]: row["quoi"] for row in read_rows(Path(__file__).with_name("public_files.csv"))}
