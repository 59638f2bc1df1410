"""A published table that is not a dbt model: rows in hand, described like the others."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from pipelines.base.sql import literal, quoted

if TYPE_CHECKING:
    import duckdb
    import pyarrow as pa


@dataclass(frozen=True)
class Table:
    """`comments` has the table's own under the empty name, then one a column in the order of `rows`."""

    schema: str
    name: str
    comments: dict[str, str]
    rows: pa.Table

    def write(self, db: duckdb.DuckDBPyConnection) -> int:
        """Create it in an open database; returns how many rows it has."""
        full = f"{quoted(self.schema)}.{quoted(self.name)}"
        columns = ", ".join(quoted(c) for c in self.comments if c)
        db.execute(f"create schema if not exists {quoted(self.schema)}")
        db.register("_rows", self.rows)
        db.execute(f"create table {full} as select {columns} from _rows")  # noqa: S608
        db.unregister("_rows")
        comment(db, full, self.comments)
        return int(self.rows.num_rows)


def comment(db: duckdb.DuckDBPyConnection, table: str, comments: dict[str, str]) -> None:
    """COMMENT ON the table (under the empty name) and its columns."""
    for column, text in comments.items():
        target = f"column {table}.{quoted(column)}" if column else f"table {table}"
        db.execute(f"comment on {target} is {literal(text)}")
