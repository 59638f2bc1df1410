"""What each file of the public folder is, in words: the table that its README and its manifest are made of."""

from __future__ import annotations

import csv
from functools import cache
from pathlib import Path


@cache
def contents() -> dict[str, str]:
    """Path in the public folder → what the file is, in the order in which a reader is told of them."""
    with Path(__file__).with_name("public_files.csv").open(encoding="utf-8", newline="") as table:
        return {row["fichier"]: row["quoi"] for row in csv.DictReader(table)}
