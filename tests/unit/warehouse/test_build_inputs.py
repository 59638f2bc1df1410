"""What tells one reading from another, before any build."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from pipelines.warehouse import reuse

LOCATIONS = {"iscg_activite": "read_parquet('iscg/activite/*.parquet')", "jour": "registre/jour.parquet"}


@pytest.fixture
def raw(tmp_path: Path) -> Path:
    for name, content in (("iscg/activite/a.parquet", b"a"), ("registre/jour.parquet", b"j")):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_bytes(content)
    return tmp_path


def changed(raw: Path, before: reuse.Inputs, project: str = "p") -> list[str]:
    return reuse.read_inputs(raw, project, LOCATIONS).changed_since(before)


def test_only_what_a_source_reads_counts(raw: Path) -> None:
    before = reuse.read_inputs(raw, "p", LOCATIONS)
    assert changed(raw, before) == []
    os.utime(raw / "iscg/activite/a.parquet", (1, 1))
    assert changed(raw, before) == []
    (raw / "iscg/activite/b.parquet").write_bytes(b"")
    assert changed(raw, before) == ["iscg_activite"]
    (raw / "iscg/activite/b.parquet").rename(raw / "iscg/activite/c.parquet")
    assert changed(raw, before) == ["iscg_activite"]
    (raw / "iscg/activite/c.parquet").unlink()
    assert changed(raw, before) == []
    (raw / "registre/jour.parquet").write_bytes(b"k")
    assert changed(raw, before) == ["jour"]


def test_a_large_file_is_told_by_its_time(raw: Path) -> None:
    large = raw / "iscg/activite/a.parquet"
    large.write_bytes(bytes(1 << 20))
    before = reuse.read_inputs(raw, "p", LOCATIONS)
    os.utime(large, (1, 1))
    assert changed(raw, before) == ["iscg_activite"]


def test_another_project_or_no_build_changes_everything(raw: Path) -> None:
    before = reuse.read_inputs(raw, "p", LOCATIONS)
    assert changed(raw, before, "q") == sorted(LOCATIONS)
    assert before.changed_since(None) == sorted(LOCATIONS)


def test_a_source_that_is_new_in_the_project_reads_otherwise(raw: Path) -> None:
    before = reuse.read_inputs(raw, "p", {"jour": LOCATIONS["jour"]})
    assert changed(raw, before) == ["iscg_activite"]
