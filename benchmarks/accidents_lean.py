"""Nine years of road accidents by an expert who keeps nothing: the columns that the figures need, and no raw row.

`python accidents_lean.py FILES FOLDER TODAY` writes FOLDER/valeurs.duckdb alone. It is the floor: nothing that opens
these files and gives these figures can cost much less.
"""

from __future__ import annotations

import sys
from pathlib import Path

import duckdb

from benchmarks.accidents_duckdb import NEEDED, Csv, csv_of, layouts, useful, write_values


def select(file: Csv) -> str:
    """The needed columns of a file, null where it lacks one."""
    headers = {name: header for header, (name, _) in file.columns.items()}
    cells = []
    for name, kind in NEEDED[file.table].items():
        text = f'"{headers[name]}"' if name in headers else "null::varchar"
        cells.append(useful(text, name, kind))
    return f"select {', '.join(cells)} from {file.scan}"


def main(files: Path, folder: Path) -> None:
    known = layouts()
    found = [csv_of(f, known) for f in sorted(files.glob("*.csv"))]
    with duckdb.connect(str(folder / "travail.duckdb")) as db:
        for table in NEEDED:
            rows = " union all ".join(select(f) for f in found if f.table == table)
            db.execute(f"create temp view {table}_utiles as {rows}")
        write_values(db, folder)
    (folder / "travail.duckdb").unlink()


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
