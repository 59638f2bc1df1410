"""The monthly returns by an expert who keeps nothing: the columns that the figures need, and no raw row.

`python returns_lean.py FILES FOLDER TODAY` writes FOLDER/valeurs.duckdb alone. It is the floor: nothing that opens
these files and gives these figures can cost much less.
"""

from __future__ import annotations

import sys
from pathlib import Path

import duckdb

from benchmarks.returns_duckdb import scan, write_values


def main(files: Path, folder: Path) -> None:
    with duckdb.connect(str(folder / "valeurs.duckdb")) as db:
        db.execute(f"create temp view faits as from {scan(files)}")
        write_values(db)


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
