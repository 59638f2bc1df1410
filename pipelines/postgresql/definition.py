"""What each published table is in PostgreSQL: columns and types of the published file, constraints of the contract."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from pipelines.base.sql import literal, quoted
from pipelines.publication.contracts import contracts as published_contracts
from pipelines.publication.reading import rows

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

_TYPES = {
    "VARCHAR": "text", "BOOLEAN": "boolean", "DATE": "date", "INTEGER": "integer", "BIGINT": "bigint",
    "DOUBLE": "double precision", "TIMESTAMP": "timestamp", "HUGEINT": "numeric(38, 0)",
}  # fmt: skip
_DECIMAL = re.compile(r"DECIMAL\((\d+),(\d+)\)")


@dataclass(frozen=True)
class Definition:
    """One table. `references` has the table, quoted, that each column refers to by its key of the same name: as far as
    the rows do. The plan prints figures of communes that nothing received may name yet.
    """

    schema: str
    name: str
    columns: dict[str, str]
    required: frozenset[str] = frozenset()
    key: tuple[str, ...] = ()
    allowed: dict[str, list[str]] = field(default_factory=dict)
    references: dict[str, str] = field(default_factory=dict)

    @property
    def full(self) -> str:
        return f"{quoted(self.schema)}.{quoted(self.name)}"

    def create(self) -> str:
        """CREATE TABLE, with its key and the values that its columns may hold."""
        parts = [f"{quoted(c)} {t}{' not null' * (c in self.required)}" for c, t in self.columns.items()]
        if self.key:
            # A primary key takes no null, and a part of a key may be one: the breakdown of a total, for instance.
            kind = "primary key" if self.required.issuperset(self.key) else "unique nulls not distinct"
            parts.append(f"{kind} ({', '.join(map(quoted, self.key))})")
        for column, values in self.allowed.items():
            parts.append(f"check ({quoted(column)} in ({', '.join(map(literal, values))}))")
        return f"create table {self.full} ({', '.join(parts)})"

    def refer(self) -> list[str]:
        """The foreign keys, looked at when a copy ends: within it tables are brought up to date in any order."""
        return [
            f"alter table {self.full} add foreign key ({quoted(column)}) references {target} ({quoted(column)}) "
            "deferrable initially deferred"
            for column, target in self.references.items()
        ]


def definitions(db: DuckDBPyConnection) -> list[Definition]:
    """Every table of an open published file."""
    contracts = {(t["schema"], t["name"]): t for t in published_contracts(db)}
    referred = {t["key"][0]: key for key, t in contracts.items() if t["referred"]}
    columns: dict[tuple[str, str], dict[str, str]] = {}
    for schema, table, column, kind in db.execute(
        "select schema_name, table_name, column_name, data_type from duckdb_columns() where not internal "
        "order by schema_name, table_name, column_index"
    ).fetchall():
        columns.setdefault((schema, table), {})[column] = _type(kind)
    found = [
        Definition(schema, name, held, **_contract((schema, name), held, contracts, referred))
        for (schema, name), held in columns.items()
    ]
    return [replace(d, references={c: t for c, t in d.references.items() if _refers(db, d, c, t)}) for d in found]


def _refers(db: DuckDBPyConnection, table: Definition, column: str, target: str) -> bool:
    """Whether every value of the column is a key of the table that it names."""
    c = quoted(column)
    query = f"select 1 from {table.full} as t anti join {target} as k using ({c}) where t.{c} is not null limit 1"  # noqa: S608
    return db.execute(query).fetchone() is None


def comments(db: DuckDBPyConnection) -> list[str]:
    """COMMENT ON each table and column of an open published file."""
    found = rows(
        db,
        "select 'table' as what, schema_name as s, table_name as t, null as c, comment from duckdb_tables() "
        "union all select 'column', schema_name, table_name, column_name, comment from duckdb_columns() "
        "where not internal",
    )
    return [
        f"comment on {o['what']} {'.'.join(quoted(o[k]) for k in 'stc' if o[k])} is {literal(o['comment'])}"
        for o in found
        if o["comment"]
    ]


def _contract(table: tuple[str, str], held: dict[str, str], contracts: dict, referred: dict) -> dict:
    contract = contracts.get(table)
    if contract is None:  # what is no model's has no contract: the register's tables, what snapshots said
        return {}
    return {
        "required": frozenset(contract["required"]),
        "key": tuple(contract["key"]),
        "allowed": contract["allowed"],
        "references": {
            c: ".".join(map(quoted, referred[c])) for c in held if c in referred and referred[c] != table
        },
    }  # fmt: skip


def _type(kind: str) -> str:
    if decimal := _DECIMAL.fullmatch(kind):
        return f"numeric({decimal[1]}, {decimal[2]})"
    return _TYPES[kind]
