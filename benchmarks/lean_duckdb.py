"""The ministry's workbook by an expert who keeps nothing: the cells that the figures need, and no raw row.

`python lean_duckdb.py WORKBOOK FOLDER TODAY` writes FOLDER/valeurs.duckdb alone. It is the floor: nothing that opens
this workbook and gives these figures can cost much less.
"""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
import pyarrow as pa

from benchmarks.bare_duckdb import FORCES, sheets_of, write_values


def counts(year: str, grid: list[list]) -> pa.Table:
    """One row a cell, with the keys that the figures are summed by."""
    heads = 3 if grid[1][1] == "Périmètres" else 2
    body, width = grid[heads:], len(grid[0]) - 2
    across = np.tile(np.arange(width, dtype=np.int32), len(body))

    def key(values: list[str]) -> pa.DictionaryArray:
        return pa.DictionaryArray.from_arrays(across, pa.array(values, pa.string()))

    table = {
        "annee": pa.array(np.full(len(across), int(year), np.int32)),
        "code_departement": key(grid[0][2:]),
        "service": key(grid[heads - 1][2:]),
        "code_index": pa.array(np.repeat([int(row[0]) for row in body], width)),
        "faits": pa.array([None if v == "" else v for row in body for v in row[2:]], pa.float64()).cast(pa.int64()),
    }
    return pa.table(table | ({"perimetre": key(grid[1][2:])} if heads == 3 else {}))


def main(workbook: Path, folder: Path, today: str) -> None:
    sheets: dict[str, list[pa.Table]] = {force: [] for force in FORCES.values()}
    for _, force, year, grid in sheets_of(workbook):
        sheets[force].append(counts(year, grid))
    write_values(folder, today, {force: pa.concat_tables(rows) for force, rows in sheets.items()})


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]), sys.argv[3])
