"""What differs between two published files: tables, columns, rows, and the figures that are in use."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import duckdb

from pipelines.base.sql import literal, quoted
from pipelines.publication.content import OF_LOADS
from pipelines.publication.contracts import contracts
from pipelines.publication.reading import rows

_BEFORE, _AFTER = "avant", "apres"
_VALUES = "indicateurs.valeurs"
_PLACE = ("indicateur_code", "territoire_code", "periode_type", "periode", "ventilation_type", "ventilation_code")
_SAID = ("valeur", "statut")


@dataclass(frozen=True)
class TableChange:
    """How one table differs. Rows are counted on the columns that both files have."""

    table: str
    etat: str  # ajoutee, retiree, changee
    lignes_avant: int | None = None
    lignes_apres: int | None = None
    lignes_ajoutees: int = 0
    lignes_retirees: int = 0
    lignes_changees: int = 0
    colonnes_ajoutees: list[str] = field(default_factory=list)
    colonnes_retirees: list[str] = field(default_factory=list)
    colonnes_changees: list[str] = field(default_factory=list)  # of another type

    def as_dict(self) -> dict[str, Any]:
        return asdict(self)


@dataclass(frozen=True)
class Differences:
    """`chiffres` holds each figure in use whose value or status differs: its place, then both, None where it is not."""

    tables: list[TableChange]
    chiffres: list[dict[str, Any]]


def differences(before: Path, after: Path) -> Differences:
    """Compare two published files, whatever loads wrote them. Raises duckdb.Error for one that cannot be read."""
    with duckdb.connect() as db:
        for name, file in ((_BEFORE, before), (_AFTER, after)):
            db.execute(f"attach {literal(str(file))} as {name} (read_only)")
        old, new = _columns(db, _BEFORE), _columns(db, _AFTER)
        db.execute(f"use {_AFTER}")
        keys = {f"{t['schema']}.{t['name']}": t["key"] for t in contracts(db)}
        changes = list(_tables(db, old, new, keys))
        compared = {*_PLACE, *_SAID, "retenu"} <= {*old.get(_VALUES, ())} & {*new.get(_VALUES, ())}
        return Differences(changes, _figures(db) if compared else [])


def _columns(db: duckdb.DuckDBPyConnection, file: str) -> dict[str, dict[str, str]]:
    """Table → column → type; tables that speak of loads are left out."""
    found: dict[str, dict[str, str]] = {}
    query = (
        "select schema_name, table_name, column_name, data_type from duckdb_columns() where database_name = ?"
        " and not internal order by schema_name, table_name, column_index"
    )
    for schema, table, column, kind in db.execute(query, [file]).fetchall():
        if f"{schema}.{table}" not in OF_LOADS:
            found.setdefault(f"{schema}.{table}", {})[column] = kind
    return found


def _tables(
    db: duckdb.DuckDBPyConnection,
    old: dict[str, dict[str, str]],
    new: dict[str, dict[str, str]],
    keys: dict[str, list[str]],
) -> Iterator[TableChange]:
    for table in sorted({*old, *new}):
        if table not in old:
            yield TableChange(table, "ajoutee", lignes_apres=_count(db, _AFTER, table))
        elif table not in new:
            yield TableChange(table, "retiree", lignes_avant=_count(db, _BEFORE, table))
        elif (change := _table(db, table, old[table], new[table], keys.get(table, []))) is not None:
            yield change


def _table(
    db: duckdb.DuckDBPyConnection, table: str, old: dict[str, str], new: dict[str, str], key: list[str]
) -> TableChange | None:
    common = [c for c in new if old.get(c) == new[c]]
    gone, come = (_lacking(db, table, common, *files) for files in ((_BEFORE, _AFTER), (_AFTER, _BEFORE)))
    changed = 0
    if gone and come and key and {*key} <= {*common}:
        on = " and ".join(f"g.{quoted(c)} is not distinct from c.{quoted(c)}" for c in key)
        lost, won = (_except(table, common, *files) for files in ((_BEFORE, _AFTER), (_AFTER, _BEFORE)))
        [[changed]] = db.execute(f"select count(*) from ({lost}) as g join ({won}) as c on {on}").fetchall()  # noqa: S608
    change = TableChange(
        table, "changee", _count(db, _BEFORE, table), _count(db, _AFTER, table),
        come - changed, gone - changed, changed,
        sorted({*new} - {*old}), sorted({*old} - {*new}), sorted(c for c in new if c in old and old[c] != new[c]),
    )  # fmt: skip
    same = not (gone or come) and [*old.items()] == [*new.items()]
    return None if same else change


def _except(table: str, columns: list[str], one: str, other: str) -> str:
    names = ", ".join(map(quoted, columns))
    return f"select {names} from {_name(one, table)} except all select {names} from {_name(other, table)}"  # noqa: S608


def _lacking(db: duckdb.DuckDBPyConnection, table: str, columns: list[str], one: str, other: str) -> int:
    """Count the rows of one file that the other lacks."""
    if not columns:
        return 0
    [[count]] = db.execute(f"select count(*) from ({_except(table, columns, one, other)})").fetchall()  # noqa: S608
    return int(count)


def _count(db: duckdb.DuckDBPyConnection, file: str, table: str) -> int:
    [[count]] = db.execute(f"select count(*) from {_name(file, table)}").fetchall()  # noqa: S608
    return int(count)


def _name(file: str, table: str) -> str:
    return ".".join(map(quoted, (file, *table.split("."))))


def _figures(db: duckdb.DuckDBPyConnection) -> list[dict[str, Any]]:
    place, said = ", ".join(_PLACE), ", ".join(_SAID)
    on = " and ".join(f"a.{c} is not distinct from b.{c}" for c in _PLACE)
    both = ", ".join(f"coalesce(a.{c}, b.{c}) as {c}" for c in _PLACE)
    query = (
        f"with a as (select {place}, {said} from {_BEFORE}.{_VALUES} where retenu),"  # noqa: S608
        f" b as (select {place}, {said} from {_AFTER}.{_VALUES} where retenu)"
        f" select {both}, a.valeur as avant, a.statut as statut_avant, b.valeur as apres, b.statut as statut_apres"
        f" from a full join b on {on}"
        " where a.valeur is distinct from b.valeur or a.statut is distinct from b.statut order by all"
    )
    return rows(db, query)
