"""Dagster's history keeps the last runs: its folder does not grow with the years."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from pathlib import Path

import dagster as dg
import pytest

from pipelines.home.instance import forget_old_runs, write_instance
from pipelines.machine.paths import Paths

KEPT = 3


@pytest.fixture
def paths(tmp_path: Path) -> Paths:
    return Paths(tmp_path, tmp_path / "landing")


@pytest.fixture
def instance(paths: Paths, monkeypatch: pytest.MonkeyPatch) -> Iterator[dg.DagsterInstance]:
    monkeypatch.setenv("DAGSTER_HOME", str(paths.home))
    write_instance(paths)
    with dg.DagsterInstance.get() as opened:
        yield opened


@dg.asset(check_specs=[dg.AssetCheckSpec("sound", asset="made")])
def made() -> dg.MaterializeResult:
    return dg.MaterializeResult(
        metadata={"text": "x" * 20_000}, check_results=[dg.AssetCheckResult(check_name="sound", passed=True)]
    )


def run_once(instance: dg.DagsterInstance) -> str:
    return dg.materialize([made], instance=instance).run_id


def test_the_last_runs_stay_and_the_others_go_with_their_files(instance: dg.DagsterInstance, paths: Paths) -> None:
    runs = [run_once(instance) for _ in range(KEPT + 2)]
    assert forget_old_runs(instance, paths, KEPT) == 2
    assert {run.run_id for run in instance.get_runs()} == {*runs[-KEPT:]}
    files = {f.stem for f in (paths.dagster / "history" / "runs").glob("*.db")} - {"index", ".db"}
    assert files & {*runs} == {*runs[-KEPT:]}
    assert forget_old_runs(instance, paths, KEPT) == 0


def test_what_each_table_last_was_is_still_known(instance: dg.DagsterInstance, paths: Paths) -> None:
    runs = [run_once(instance) for _ in range(KEPT + 1)]
    forget_old_runs(instance, paths, KEPT)
    assert instance.get_latest_materialization_event(dg.AssetKey("made")).run_id == runs[-1]


def test_a_run_that_is_not_over_is_left_alone(instance: dg.DagsterInstance, paths: Paths) -> None:
    job = dg.define_asset_job("all").resolve(asset_graph=dg.Definitions([made]).get_repository_def().asset_graph)
    waiting = instance.create_run_for_job(job)
    for _ in range(KEPT + 1):
        run_once(instance)
    forget_old_runs(instance, paths, KEPT)
    assert instance.get_run_by_id(waiting.run_id) is not None


def test_the_last_word_of_a_check_outlives_its_run(instance: dg.DagsterInstance, paths: Paths) -> None:
    silent = dg.asset(name="other")(lambda: None)
    run = run_once(instance)
    for _ in range(KEPT + 1):
        dg.materialize([silent], instance=instance)
    forget_old_runs(instance, paths, KEPT)
    assert instance.get_run_by_id(run) is None
    key = dg.AssetCheckKey(dg.AssetKey("made"), "sound")
    [check] = instance.event_log_storage.get_asset_check_execution_history(key, limit=5)
    assert check.run_id == run


def test_nothing_is_added_to_by_each_run(instance: dg.DagsterInstance, paths: Paths) -> None:
    """Rows, not bytes: SQLite gives a file its size when it likes."""

    def rows_after(runs: int) -> dict[str, int]:
        for _ in range(runs):
            run_once(instance)
            forget_old_runs(instance, paths, KEPT)
        found = {}
        for file in (paths.dagster / "history").rglob("*.db"):
            with sqlite3.connect(file) as db:
                for (table,) in db.execute("select name from sqlite_master where type = 'table'").fetchall():
                    [[count]] = db.execute(f"select count(*) from {table}").fetchall()
                    # The files of the runs have one name each.
                    found[table] = found.get(table, 0) + count
        return found

    settled = rows_after(KEPT + 2)
    assert settled["asset_check_executions"] == KEPT
    assert rows_after(4) == settled
