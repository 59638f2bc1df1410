"""One copy of the published file, in one transaction.

Rows that changed are deleted and inserted, tables are not replaced: until the commit every reader keeps the rows of
before, whole, and waits for nobody; what others built on the tables (views, rights) stays; and a load that changes
little costs the server little. Only a table whose definition changed is made again. What Vigie made is listed in
`vigie.tables`; it touches nothing else.
"""

from __future__ import annotations

import io
from pathlib import Path
from typing import TYPE_CHECKING

import psycopg
import pyarrow.csv as pa_csv

from pipelines.base.sql import quoted
from pipelines.postgresql.definition import Definition, comments, definitions
from pipelines.publication.reading import opened_file

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

ANALYST = "vigie_analyste"
_FRESH = "pg_temp.vigie_neuf"
_BATCH_ROWS = 50_000
# Nobody waits for a copy, but a copy that must change a table waits for those who read it.
_PATIENCE = "60s"
# Two homes that were given the same database take turns.
_TURN = 0x56494749


class CopyFailed(Exception):
    """Nothing was changed in the database. The text is French: the user reads it."""


def copy_to(dsn: str, warehouse: Path, *, whole: bool = False) -> dict[str, int]:
    """Copy every table of a published file; returns rows by table. A table that says what it said at the last copy is
    left as it is, unless the copy is to be `whole`.

    Raises CopyFailed for what a person must settle, psycopg.Error for what the server said.
    """
    counts = {}
    with opened_file(warehouse) as db, psycopg.connect(dsn, connect_timeout=10, application_name="vigie") as pg:
        pg.execute(f"set local lock_timeout = '{_PATIENCE}'")
        pg.execute("select pg_advisory_xact_lock(%s)", [_TURN])
        wanted = definitions(db)
        _role(pg)
        anew = _define(pg, wanted)
        held: dict[str, str] = dict(pg.execute("select table_nom, contenu from vigie.tables").fetchall())
        for table in wanted:
            counts[f"{table.schema}.{table.name}"], content = _content(db, table)
            if whole or held[table.full] != content:
                _fill(pg, db, table)
                pg.execute("update vigie.tables set contenu = %s where table_nom = %s", [content, table.full])
        if anew:  # checked once over each table, where every row would be checked alone if they came first
            for table in wanted:
                for statement in table.refer():
                    pg.execute(statement)
                pg.execute("update vigie.tables set liens = %s where table_nom = %s", [table.refer(), table.full])
        for statement in comments(db):
            pg.execute(statement)
        for schema in {t.schema for t in wanted}:
            pg.execute(f"grant usage on schema {quoted(schema)} to {ANALYST}")
            pg.execute(f"grant select on all tables in schema {quoted(schema)} to {ANALYST}")
    return counts


def _role(pg: psycopg.Connection) -> None:
    """The role that reads and does nothing else; persons are made members of it by whoever administers the server."""
    if pg.execute("select 1 from pg_roles where rolname = %s", [ANALYST]).fetchone():
        return
    try:
        with pg.transaction():
            pg.execute(f"create role {ANALYST} nologin")
    except psycopg.errors.InsufficientPrivilege:
        raise CopyFailed(
            f"le compte donné ne peut pas créer le rôle {ANALYST} : l'administrateur de la base le crée une fois "
            f"(create role {ANALYST} nologin;)"
        ) from None


def _define(pg: psycopg.Connection, wanted: list[Definition]) -> bool:
    """Make the schemas and tables that are not there as they should be, and drop those that are no more. Whether any
    changed, or what they refer to: foreign keys are then gone, and are for the caller to make.
    """
    pg.execute("create schema if not exists vigie")
    pg.execute(
        "create table if not exists vigie.tables "
        "(table_nom text primary key, definition text not null, contenu text, liens text[])"
    )
    known: dict[str, str] = dict(pg.execute("select table_nom, definition from vigie.tables").fetchall())
    linked: dict[str, list[str]] = dict(pg.execute("select table_nom, liens from vigie.tables").fetchall())
    mine = {full.split(".")[0] for full in known}
    for schema in sorted({t.schema for t in wanted}):
        there = pg.execute("select 1 from pg_namespace where nspname = %s", [schema]).fetchone()
        if there and quoted(schema) not in mine:
            raise CopyFailed(
                f"la base a déjà un schéma {schema}, qui n'est pas de Vigie : donner à Vigie une base qui est à elle"
            )
        pg.execute(f"create schema if not exists {quoted(schema)}")
    changed = [t for t in wanted if known.get(t.full) != t.create()]
    gone = set(known) - {t.full for t in wanted}
    anew = bool(changed or gone or any(linked[t.full] != t.refer() for t in wanted))
    if anew:
        _unlink(pg, list(known))
    for full in [*gone, *(t.full for t in changed)]:
        try:
            with pg.transaction():
                pg.execute(f"drop table if exists {full}")
        except psycopg.errors.DependentObjectsStillExist as error:
            raise CopyFailed(
                f"la table {full} change de définition, et d'autres en dépendent ({error.diag.message_detail}) : "
                "les supprimer, ou les refaire après la copie"
            ) from None
    for full in gone:
        pg.execute("delete from vigie.tables where table_nom = %s", [full])
    for table in changed:
        pg.execute(table.create())
        pg.execute(
            "insert into vigie.tables values (%s, %s) "
            "on conflict (table_nom) do update set definition = excluded.definition, contenu = null",
            [table.full, table.create()],
        )
    return anew


def _unlink(pg: psycopg.Connection, tables: list[str]) -> None:
    """Take away the foreign keys of these tables, so that any of them can be made again."""
    found = pg.execute(
        "select conrelid::regclass::text, conname from pg_constraint where contype = 'f' "
        "and conrelid = any(%s::regclass[])",
        [tables],
    ).fetchall()
    for table, name in found:
        pg.execute(f"alter table {table} drop constraint {quoted(name)}")


def _content(db: DuckDBPyConnection, table: Definition) -> tuple[int, str]:
    """How many rows a published table has, and a hash of them in any order."""
    # Names come from the published file, quoted.
    query = f"select count(*), sum(hash(t)::hugeint) from {table.full} as t"  # noqa: S608
    [(count, content)] = db.execute(query).fetchall()
    return count, f"{count}:{content}"


def _fill(pg: psycopg.Connection, db: DuckDBPyConnection, table: Definition) -> None:
    """Bring a table to what the published one holds, row by row."""
    pg.execute(f"create temporary table {_FRESH} (like {table.full})")
    _receive(pg, db, table)
    if table.key:
        gone = f"(table {table.full} except table {_FRESH})"
        same = " and ".join(
            f"t.{c} {'=' if name in table.required else 'is not distinct from'} gone.{c}"
            for name, c in ((name, quoted(name)) for name in table.key)
        )
        pg.execute(f"delete from {table.full} as t using {gone} as gone where {same}")  # noqa: S608
        pg.execute(f"insert into {table.full} (table {_FRESH} except table {table.full})")
    else:
        pg.execute(f"delete from {table.full}")  # noqa: S608
        pg.execute(f"insert into {table.full} table {_FRESH}")
    pg.execute(f"drop table {_FRESH}")


def _receive(pg: psycopg.Connection, db: DuckDBPyConnection, table: Definition) -> None:
    """Send the rows as text: each engine writes and reads the other's numbers and dates."""
    read = db.execute(f"select columns(*)::varchar from {table.full}").to_arrow_reader(_BATCH_ROWS)  # noqa: S608
    options = pa_csv.WriteOptions(include_header=False, quoting_style="all_valid")
    with pg.cursor() as cursor, cursor.copy(f"copy {_FRESH} from stdin (format csv)") as stream:
        for batch in read:
            text = io.BytesIO()
            pa_csv.write_csv(batch, text, options)
            stream.write(text.getbuffer())
