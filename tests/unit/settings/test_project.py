"""Where the tables are: as delivered, or a copy in the home with the home's own in place."""

from __future__ import annotations

from pathlib import Path

import pytest

from pipelines.settings import project
from pipelines.settings.project import DELIVERED, project_of, source_of, unknown_tables

TABLE = Path("dbt_project/seeds/plan/actions.csv")


def own(home: Path, text: str, name: Path = TABLE) -> Path:
    file = home / "tables" / name
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text, encoding="utf-8")
    return file


def test_without_tables_of_its_own_a_home_reads_the_delivered_ones(tmp_path: Path) -> None:
    assert project_of(tmp_path) == DELIVERED


def test_a_table_of_the_home_takes_the_place_of_the_delivered_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = own(tmp_path, "a,b\n1,2\n")
    found = project_of(tmp_path)
    assert (found / TABLE).read_text(encoding="utf-8") == "a,b\n1,2\n"
    others = [f.relative_to(DELIVERED) for f in (DELIVERED / "sources").rglob("*.csv")]
    assert others
    assert all((found / name).read_bytes() == (DELIVERED / name).read_bytes() for name in others)
    assert (DELIVERED / TABLE).read_bytes() != file.read_bytes()
    monkeypatch.setenv("VIGIE_HOME", str(tmp_path))
    assert source_of(found / TABLE) == file  # a table that is put right is the home's


def test_a_table_that_changes_is_read_at_the_next_start_and_not_copied_again_otherwise(tmp_path: Path) -> None:
    own(tmp_path, "a\n1\n")
    first = project_of(tmp_path).resolve()
    assert project_of(tmp_path).resolve() == first
    own(tmp_path, "a\n2\n")
    assert project_of(tmp_path).resolve() != first
    assert (project_of(tmp_path) / TABLE).read_text(encoding="utf-8") == "a\n2\n"


def test_a_table_that_replaces_nothing_is_named(tmp_path: Path) -> None:
    wrong = own(tmp_path, "a\n", Path("dbt_project/seeds/plan/action.csv"))
    stray = own(tmp_path, "a\n", Path("seeds/plan/actions.csv"))
    own(tmp_path, "a\n")
    own(tmp_path, "a\n", Path("sources/une_source/layouts.csv"))
    assert unknown_tables(tmp_path) == [wrong, stray]


def test_an_installed_vigie_keeps_its_data_with_the_account(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.delenv("VIGIE_HOME", raising=False)
    monkeypatch.setattr(project, "INSTALLED", True)
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    assert project.home_of_environment() == tmp_path / "vigie"
