"""Vigie's own materializations do what dbt's own do around a model: hooks, comments, indexes."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import duckdb
import pytest

from pipelines.settings.model import DBT_PROJECT, Settings
from pipelines.warehouse.dbt import environment, executable

HOOKS = """
{{ config(
    materialized='%(kind)s',
    pre_hook=["insert into seen values ('%(kind)s', 'before', %(there)s)",
              before_begin("insert into seen values ('%(kind)s', 'before begin', %(there)s)")],
    post_hook=["insert into seen values ('%(kind)s', 'after', %(there)s)",
               after_commit("insert into seen values ('%(kind)s', 'after commit', %(there)s)")],
    persist_docs={'relation': true}
) }}
select 1 as n
"""
_THERE = "(select count(*) from information_schema.tables where table_name = 'hooked_%s')"


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project of two models, with the materializations of Vigie's."""
    folder = tmp_path_factory.mktemp("crochets")
    (folder / "models").mkdir()
    (folder / "macros").mkdir()
    own = DBT_PROJECT / "macros" / "construction_neuve.sql"
    (folder / "macros" / own.name).write_bytes(own.read_bytes())
    described = [{"name": f"hooked_{k}", "description": f"Un {k}."} for k in ("table", "view")]
    (folder / "models" / "hooked.yml").write_text(json.dumps({"models": described}), encoding="utf-8")
    for kind in ("table", "view"):
        sql = HOOKS % {"kind": kind, "there": _THERE % kind}
        (folder / "models" / f"hooked_{kind}.sql").write_text(sql, encoding="utf-8")
    project = {
        "name": "crochets", "profile": "vigie", "flags": {"send_anonymous_usage_stats": False},
        "on-run-start": ["create or replace table seen (kind text, moment text, there integer)"],
    }  # fmt: skip
    (folder / "dbt_project.yml").write_text(json.dumps(project), encoding="utf-8")
    done = subprocess.run(
        [executable(), "run", "--project-dir", str(folder)],
        env=environment(Settings(home=folder), folder / "crochets.duckdb") | {"DBT_LOG_PATH": str(folder)},
        cwd=folder, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout[-3000:]
    return folder / "crochets.duckdb"


@pytest.mark.parametrize("kind", ["table", "view"])
def test_hooks_run_around_the_model(built: Path, kind: str) -> None:
    with duckdb.connect(str(built), read_only=True) as db:
        seen = set(db.execute("select moment, there from seen where kind = ?", [kind]).fetchall())
        [comment] = db.execute(
            "select comment from duckdb_tables() where table_name = $1 "
            "union all select comment from duckdb_views() where view_name = $1", [f"hooked_{kind}"]
        ).fetchone()  # fmt: skip
    assert seen == {("before", 0), ("before begin", 0), ("after", 1), ("after commit", 1)}
    assert comment == f"Un {kind}."
