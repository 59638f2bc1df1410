"""Which changes of the dbt project leave the rest of what was prepared as it is."""

from __future__ import annotations

from pathlib import Path

import pytest

from pipelines.warehouse.changes import State, changed_nodes, state_of

FILES = {
    "dbt_project.yml": "name: vigie\n",
    "models/marts/a.sql": "select 1 as n\n",
    "models/marts/a.yml": "version: 2\n",
    "models/marts/b.sql": "{{ config(materialized='view') }} select 2 as n\n",
    "macros/m.sql": "{% macro m() %}1{% endmacro %}\n",
    "seeds/plan/s.csv": "code\nA\n",
}


@pytest.fixture
def project(tmp_path: Path) -> Path:
    for path, text in FILES.items():
        file = tmp_path / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
    return tmp_path


def state(project: Path, libraries: str = "dbt 1") -> State:
    return state_of(project, sorted(f for f in project.rglob("*") if f.is_file()), libraries)


def changed(project: Path, before: State | None, libraries: str = "dbt 1") -> list[str] | None:
    nodes = {p: {"original_file_path": p, "raw_code": FILES[p]} for p in ("models/marts/a.sql", "models/marts/b.sql")}
    nodes["seeds/plan/s.csv"] = {"original_file_path": "seeds/plan/s.csv", "raw_code": ""}
    return changed_nodes(before, state(project, libraries), project, {"nodes": nodes})


def test_seeds_and_models_are_named(project: Path) -> None:
    before = state(project)
    (project / "seeds/plan/s.csv").write_text("code,label\nA,a\n", encoding="utf-8")
    (project / "models/marts/a.sql").write_text("select 3 as n\n", encoding="utf-8")
    assert changed(project, before) == ["a", "s"]
    assert changed(project, state(project)) == []


@pytest.mark.parametrize("path", ["dbt_project.yml", "models/marts/a.yml", "macros/m.sql", "models/marts/b.sql"])
def test_what_others_may_stand_on_unseen_makes_all_anew(project: Path, path: str) -> None:
    before = state(project)
    (project / path).write_text(FILES[path] + " ", encoding="utf-8")
    assert changed(project, before) is None


def test_a_model_that_says_now_how_it_is_materialized_makes_all_anew(project: Path) -> None:
    before = state(project)
    (project / "models/marts/a.sql").write_text("{{ config(materialized='view') }} select 1 as n", encoding="utf-8")
    assert changed(project, before) is None


@pytest.mark.parametrize("gone", [True, False])
def test_a_file_more_or_less_makes_all_anew(project: Path, gone: bool) -> None:
    before = state(project)
    if gone:
        (project / "seeds/plan/s.csv").unlink()
    else:
        (project / "seeds/plan/t.csv").write_text("code\n", encoding="utf-8")
    assert changed(project, before) is None


def test_other_libraries_or_nothing_known_make_all_anew(project: Path) -> None:
    assert changed(project, state(project), "dbt 2") is None
    assert changed(project, None) is None


def test_what_was_written_is_read_and_what_is_not_readable_is_nothing(tmp_path: Path) -> None:
    told = State("dbt 1", {"a": "b"})
    told.write(tmp_path / "etat.json")
    assert State.read(tmp_path / "etat.json") == told
    (tmp_path / "etat.json").write_text("abc", encoding="utf-8")
    assert State.read(tmp_path / "etat.json") is None
