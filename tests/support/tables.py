"""The tables of the project (`sources/`, seeds, `expectations/`), read and rewritten as a statistician would."""

from __future__ import annotations

import csv
from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path

from pipelines.settings.model import DBT_PROJECT


def rows(file: Path) -> list[dict[str, str]]:
    """The lines of one table."""
    with file.open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


def rewrite(file: Path, lines: Sequence[dict[str, str]]) -> None:
    """Write these lines in place of those of a table, under the columns of the first."""
    with file.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.DictWriter(stream, list(lines[0]), lineterminator="\n", restval="")
        writer.writeheader()
        writer.writerows(lines)


def indexes() -> dict[str, set[int]]:
    """The indexes of the état 4001 that each indicator counts."""
    found = defaultdict(set)
    for row in rows(DBT_PROJECT / "seeds" / "indicateurs" / "indicateurs_index.csv"):
        found[row["indicateur_code"]].add(int(row["code_index"]))
    return found
