"""The words of the codes that files carry, list by list."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from pipelines.settings.tables import read_rows


@cache
def codes(name: str) -> dict[str, str]:
    """Map each code of a list of codes.csv to its label. Raises KeyError when there is no such list."""
    table = read_rows(Path(__file__).with_name("codes.csv"))
    found = {row["code"]: row["libelle"] for row in table if row["liste"] == name}
    if not found:
        raise KeyError(name)
    return found
