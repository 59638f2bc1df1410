"""From a sound build to the published file, in one rename."""

from __future__ import annotations

import shutil
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from pathlib import Path

import duckdb
import pyarrow as pa

from pipelines import __version__
from pipelines.base.sql import literal, quoted
from pipelines.machine.durable import commit, restrict
from pipelines.machine.paths import Paths
from pipelines.machine.rights import OPEN_FILE
from pipelines.publication.contracts import SCHEMAS, contracts
from pipelines.publication.dictionary import write_dictionary
from pipelines.publication.table import Table, comment
from pipelines.warehouse.dbt import published_tables

# The format of the published file: every DuckDB from this one on reads it. Analysts keep the tools that they have; a
# DuckDB that would write a newer format by itself changes nothing for them (docs/installation.md).
STORAGE = "v1.0.0"
# Under this size of a build, a second core costs more to feed than it saves.
_SMALL_BYTES = 256 << 20


@dataclass(frozen=True)
class Publication:
    """What the published file says of itself, in `reference.publication`."""

    chargement: str
    publie_le: str
    empreinte: str
    code_departement: str
    nature: str | None


class PublicationFailed(Exception):
    """The copy does not hold what the build holds; nothing was swapped."""


_PUBLICATION_COMMENTS = {
    "": "Le chargement et la version dont ce fichier est tiré. Une seule ligne.",
    "chargement": "Le chargement qui a publié ce fichier.",
    "publie_le": "Quand le fichier a été publié, heure locale.",
    "empreinte": "L'empreinte des données dont le contenu est tiré : même empreinte, même contenu, sauf les jours "
    "de retard, comptés au jour du chargement.",
    "code_departement": "Le département de cette instance.",
    "nature": "demonstration ou reelle.",
    "version": "La version de Vigie.",
    "stockage": "Le format du fichier : la plus ancienne version de DuckDB qui le lit.",
}


def publish(
    build: Path, paths: Paths, publication: Publication, others: Iterable[Table] = (), memory_mib: int = 512
) -> dict[str, int]:
    """Copy the published schemas of `build`, ordered by key and commented, with what comes from elsewhere (`others`),
    and swap. Returns rows by table. Beyond `memory_mib`, a sort goes through the disk, beside the published file.

    A reader sees the old file or the new one: the new one is complete, checkpointed and synced before the rename.
    """
    discard_drafts(paths)
    try:
        return _publish(build, paths, publication, others, memory_mib)
    except BaseException:
        discard_drafts(paths)  # on a full disk, what it took is given back
        raise


def _publish(
    build: Path, paths: Paths, publication: Publication, others: Iterable[Table], memory_mib: int
) -> dict[str, int]:
    draft = paths.published / f".vigie-{publication.chargement}.duckdb"
    counts: dict[str, int] = {}
    with duckdb.connect(str(draft), config={"storage_compatibility_version": STORAGE}) as db:
        db.execute(f"set threads = {1 if build.stat().st_size < _SMALL_BYTES else 2}")
        db.execute(f"set memory_limit = '{memory_mib}MiB'")
        db.execute("set wal_autocheckpoint = '1GB'")
        # They cost half of what writing does, and a file is no smaller for them.
        db.execute("set disabled_compression_methods = 'fsst,dict_fsst,zstd'")
        # Under the name that it was built under: a view in it names its tables with their catalogue.
        db.execute(f"attach {literal(str(build))} as {quoted(build.stem)} (read_only)")
        # One transaction: committed alone, each of nine hundred comments is flushed to the disk.
        db.begin()
        for built in published_tables(SCHEMAS):
            counts[f"{built['schema']}.{built['name']}"] = _copy(db, build.stem, built)
        for cut in (t for t in contracts(db) if "cut" in t):
            counts[f"{cut['schema']}.{cut['name']}"] = _cut(db, cut)
        for table in others:
            counts[f"{table.schema}.{table.name}"] = table.write(db)
        _describe_itself(db, publication)
        counts["reference.dictionnaire"] = write_dictionary(db, build.stem)
        db.commit()
        db.execute(f"detach {quoted(build.stem)}")
        db.execute("checkpoint")
    _check(draft, counts)
    if draft.with_name(draft.name + ".wal").exists():
        raise PublicationFailed("the checkpoint left a write-ahead log")
    restrict(draft, OPEN_FILE)
    commit(draft, paths.warehouse)
    return counts


def amend(paths: Paths, tables: Iterable[Table]) -> None:
    """Replace tables that are no model's in the published file, in one swap as `publish` does: the rest is copied."""
    discard_drafts(paths)
    draft = paths.published / ".vigie-complement.duckdb"
    shutil.copyfile(paths.warehouse, draft)
    with duckdb.connect(str(draft)) as db:
        for table in tables:
            db.execute(f"drop table if exists {quoted(table.schema)}.{quoted(table.name)}")
            table.write(db)
        db.execute("checkpoint")
    restrict(draft, OPEN_FILE)
    commit(draft, paths.warehouse)


def discard_drafts(paths: Paths) -> None:
    """Remove what a load that died while publishing left beside the published file."""
    for leftover in paths.published.glob(".vigie-*"):
        shutil.rmtree(leftover) if leftover.is_dir() else leftover.unlink(missing_ok=True)


def read_publication(warehouse: Path) -> Publication | None:
    """What a published file says of itself, or None when there is no readable one."""
    if not warehouse.exists():
        return None
    try:
        with duckdb.connect(str(warehouse), read_only=True) as db:
            row = db.execute(
                "select chargement, publie_le, empreinte, code_departement, nature from reference.publication"
            ).fetchone()
    except duckdb.Error:
        return None
    return Publication(*row) if row else None


def version_of(warehouse: Path) -> str | None:
    """The Vigie that published a file, or None when there is no readable one."""
    if not warehouse.exists():
        return None
    try:
        with duckdb.connect(str(warehouse), read_only=True) as db:
            row = db.execute("select version from reference.publication").fetchone()
    except duckdb.Error:
        return None
    return str(row[0]) if row else None


def accepted_then(warehouse: Path) -> frozenset[str]:
    """The deliveries that a published file is made of; none when there is no readable one."""
    if not warehouse.exists():
        return frozenset()
    try:
        with duckdb.connect(str(warehouse), read_only=True) as db:
            found = db.execute("select livraison_id from qualite.livraisons where statut = 'acceptee'").fetchall()
    except duckdb.Error:
        return frozenset()
    return frozenset(i for [i] in found)


def _copy(db: duckdb.DuckDBPyConnection, build: str, table: dict) -> int:
    name = f"{quoted(table['schema'])}.{quoted(table['name'])}"
    built = f"{quoted(build)}.{name}"
    order = ", ".join(f"{quoted(c)} nulls first" for c in table["key"])
    db.execute(f"create schema if not exists {quoted(table['schema'])}")
    # Every name comes from dbt's manifest, quoted.
    db.execute(f"create table {name} as select * from {built} order by {order}")  # noqa: S608
    comment(db, name, {"": table["description"]} | table["columns"])
    return _count(db, built)


def _count(db: duckdb.DuckDBPyConnection, table: str) -> int:
    [(count,)] = db.execute(f"select count(*) from {table}").fetchall()  # noqa: S608 -- a quoted name
    return int(count)


def _cut(db: duckdb.DuckDBPyConnection, table: dict) -> int:
    """Copy the rows of one value of a column, out of a table that is published, in its order."""
    of, column, value = table["cut"]
    schema, name = quoted(table["schema"]), f"{quoted(table['schema'])}.{quoted(table['name'])}"
    chosen = f"{schema}.{quoted(of)} where {quoted(column)} = {literal(value)}"
    order = ", ".join(f"{quoted(c)} nulls first" for c in table["key"])
    db.execute(f"create table {name} as select * from {chosen} order by {order}")  # noqa: S608 -- names quoted
    comment(db, name, {"": table["description"]} | table["columns"])
    return _count(db, chosen)


def _describe_itself(db: duckdb.DuckDBPyConnection, publication: Publication) -> None:
    row = asdict(publication) | {"version": __version__, "stockage": STORAGE}
    Table("reference", "publication", _PUBLICATION_COMMENTS, pa.Table.from_pylist([row])).write(db)


def _check(draft: Path, counts: dict[str, int]) -> None:
    with duckdb.connect(str(draft), read_only=True) as db:
        for table, expected in counts.items():
            schema, name = table.split(".")
            got = _count(db, f"{quoted(schema)}.{quoted(name)}")
            if got != expected:
                raise PublicationFailed(f"{table}: {got} rows copied of {expected}")
