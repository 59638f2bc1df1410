"""Two engines' tables, row by row: every row, every column, in any order."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

import duckdb

# Engines give a count or a sum another width; a width is no difference, a kind is.
_KINDS = {r"(TINY|SMALL|BIG|HUGE)?INT(EGER)?": "entier", r"DOUBLE|FLOAT": "flottant", r"DECIMAL\(\d+,0\)": "entier"}


@dataclass(frozen=True)
class Compared:
    """One relation in both engines: how many rows each has, and how many only one of them has."""

    relation: str
    rows: int
    other_rows: int
    missing: int  # rows that DuckDB has and the other engine has not
    added: int
    columns: str | None  # in words, when the two do not have the same columns

    @property
    def equal(self) -> bool:
        return self.rows == self.other_rows and not (self.missing or self.added or self.columns)


def compare(build: Path, raw: Path, lines: Path) -> list[Compared]:
    """Each table or view that another engine wrote as `lines/<schema>.<name>/*.parquet`, against a kept DuckDB build
    of the same raw rows.

    Raises ValueError when `lines` holds no relation: nothing compared is not a success.
    """
    folders = sorted(f for f in lines.iterdir() if f.is_dir()) if lines.exists() else []
    if not folders:
        raise ValueError(f"{lines} holds no relation")
    with duckdb.connect() as db:
        db.execute("set timezone = 'Europe/Paris'")
        db.execute(f"set file_search_path = '{raw}'")
        db.execute(f"attach '{build}' as vigie (read_only)")
        db.execute("use vigie")
        return [_compared(db, folder) for folder in folders]


def _compared(db: duckdb.DuckDBPyConnection, folder: Path) -> Compared:
    ours, theirs = folder.name, f"read_parquet('{folder}/*.parquet')"
    kinds = [_columns(db, relation) for relation in (ours, theirs)]
    [rows], [other] = (db.execute(f"select count(*) from {r}").fetchone() for r in (ours, theirs))
    if kinds[0] != kinds[1]:
        odd = [f"{c} : {kinds[0].get(c)} et {kinds[1].get(c)}" for c in {**kinds[0], **kinds[1]}
               if kinds[0].get(c) != kinds[1].get(c)]  # fmt: skip
        return Compared(ours, rows, other, rows, other, ", ".join(odd) or "les mêmes, dans un autre ordre")
    names = ", ".join(f'"{c}"' for c in kinds[0])
    missing, added = (
        db.execute(f"select count(*) from (select {names} from {a} except all select {names} from {b})").fetchone()[0]
        for a, b in ((ours, theirs), (theirs, ours))
    )
    return Compared(ours, rows, other, missing, added, None)


def _columns(db: duckdb.DuckDBPyConnection, relation: str) -> dict[str, str]:
    described = db.execute(f"describe select * from {relation}").fetchall()
    return {name: _kind(kind) for name, kind, *_ in described}


def _kind(kind: str) -> str:
    return next((word for pattern, word in _KINDS.items() if re.fullmatch(pattern, kind)), kind)
