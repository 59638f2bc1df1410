"""The published file has the format that is chosen for it, whatever the DuckDB that writes it would choose."""

from __future__ import annotations

import struct
from pathlib import Path

import pyarrow as pa
import pytest

from pipelines.machine.paths import Paths
from pipelines.publication import publish
from pipelines.publication.table import Table

# DuckDB's own list: the number at the head of a file, and the first version that reads it.
HEADERS = {64: "v1.0.0", 65: "v1.2.0", 66: "v1.3.0", 67: "v1.4.0"}


def format_of(file: Path) -> str:
    head = file.read_bytes()[:20]
    assert head[8:12] == b"DUCK"
    return HEADERS[struct.unpack("<Q", head[12:])[0]]


@pytest.fixture
def paths(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Paths:
    """A home where one table may be published, without dbt."""
    monkeypatch.setattr(publish, "published_tables", lambda _: [])
    monkeypatch.setattr(publish, "contracts", lambda _: [])
    monkeypatch.setattr(publish, "write_dictionary", lambda db, _: db.execute(
        "create table reference.dictionnaire as select 1 as un") and 1)  # fmt: skip
    found = Paths(tmp_path, tmp_path / "landing")
    found.create()
    return found


def published(paths: Paths) -> Path:
    import duckdb

    build = paths.build / "vigie.duckdb"
    duckdb.connect(str(build)).close()
    publish.publish(build, paths, publish.Publication("essai", "2025-02-15", "e", "46", None))
    return paths.warehouse


def test_the_file_has_the_format_that_it_says(paths: Paths) -> None:
    import duckdb

    file = published(paths)
    with duckdb.connect(str(file), read_only=True) as db:
        [[said]] = db.execute("select stockage from reference.publication").fetchall()
    assert format_of(file) == said == "v1.0.0"


def test_a_table_that_is_replaced_changes_no_format(paths: Paths) -> None:
    file = published(paths)
    publish.amend(paths, [Table("reference", "autre", {"": "Essai.", "un": "Un."}, pa.table({"un": [1]}))])
    assert format_of(file) == "v1.0.0"


def test_the_choice_is_what_makes_the_format(paths: Paths, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(publish, "STORAGE", "v1.2.0")
    assert format_of(published(paths)) == "v1.2.0"
