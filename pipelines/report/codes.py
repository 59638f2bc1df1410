"""The words of the codes that files carry, list by list."""

from __future__ import annotations

import csv
from functools import cache
from pathlib import Path


@cache
def codes(name: str) -> dict[str, str]:
    """Code → label, of a list of codes.csv. Raises KeyError when there is no such list."""
    with Path(__file__).with_name("codes.csv").open(encoding="utf-8", newline="") as table:
        found = {row["code"]: row["libelle"] for row in csv.DictReader(table) if row["liste"] == name}
    if not found:
        raise KeyError(name)
    return found
