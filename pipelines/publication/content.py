"""What a published file says, whatever load wrote it: one hash a table, to compare two files."""

from __future__ import annotations

from pathlib import Path

from pipelines.base.sql import quoted

# These speak of the loads themselves: when, which, and what they found on the way.
OF_LOADS = {"reference.publication", "qualite.controles", "qualite.constats"}


def content_of(warehouse: Path, without: frozenset[str] = frozenset()) -> dict[str, str]:
    """Table → rows and their hash, whatever their order, columns named in `without` left out; empty when there is no
    such file.
    """
    if not warehouse.exists():
        return {}
    import duckdb

    with duckdb.connect(str(warehouse), read_only=True) as db:
        tables = db.execute("select schema_name, table_name from duckdb_tables() order by all").fetchall()
        told = {}
        for schema, table in tables:
            if f"{schema}.{table}" not in OF_LOADS:
                [(count, content)] = db.execute(
                    f"select count(*), sum(hash(t)::hugeint) from (select columns(c -> not list_contains(?, c)) "  # noqa: S608
                    f"from {quoted(schema)}.{quoted(table)}) as t",
                    [sorted(without)],
                ).fetchall()
                told[f"{schema}.{table}"] = f"{count}:{content}"
        return told
