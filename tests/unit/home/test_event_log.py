"""What `pipelines.home.event_log` relies on in Dagster, and what it must not change."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from pathlib import Path

import dagster as dg
import pytest

from pipelines.home.event_log import EventLog
from pipelines.home.instance import write_instance
from pipelines.machine.paths import Paths


@pytest.fixture
def instance(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[dg.DagsterInstance]:
    monkeypatch.setenv("DAGSTER_HOME", str(tmp_path))
    write_instance(Paths(tmp_path, tmp_path / "landing"))
    with dg.DagsterInstance.get() as made:
        yield made


def _asset(name: str) -> dg.AssetsDefinition:
    @dg.asset(name=name, check_specs=[dg.AssetCheckSpec("sound", asset=name)])
    def made() -> dg.MaterializeResult:
        return dg.MaterializeResult(check_results=[dg.AssetCheckResult(check_name="sound", passed=True)])

    return made


def test_a_run_is_recorded_as_dagster_records_it(instance: dg.DagsterInstance) -> None:
    assert isinstance(instance.event_log_storage, EventLog)
    done = dg.materialize([_asset("a"), _asset("b")], instance=instance)
    assert done.success
    stored = [e.dagster_event.event_type_value for e in instance.all_logs(done.run_id) if e.is_dagster_event]
    assert stored.count("ASSET_MATERIALIZATION") == stored.count("ASSET_CHECK_EVALUATION") == 2
    assert stored[-1] == "RUN_SUCCESS" or "PIPELINE_SUCCESS" in stored
    assert instance.get_latest_materialization_event(dg.AssetKey("a")).run_id == done.run_id
    [check] = instance.event_log_storage.get_asset_check_execution_history(
        dg.AssetCheckKey(dg.AssetKey("b"), "sound"), limit=5
    )
    assert check.run_id == done.run_id


def test_another_process_reads_what_is_written(instance: dg.DagsterInstance, tmp_path: Path) -> None:
    dg.materialize([_asset("a")], instance=instance)
    with sqlite3.connect(tmp_path / "dagster" / "history" / "runs" / "index.db") as other:
        assert other.execute("select count(*) from asset_keys").fetchone() == (1,)


def test_more_runs_than_connections_stay_readable(instance: dg.DagsterInstance) -> None:
    runs = [dg.materialize([_asset("a")], instance=instance).run_id for _ in range(6)]
    assert all(instance.all_logs(run) for run in runs)
    instance.delete_run(runs[0])
    assert instance.all_logs(runs[0]) == []
    assert instance.all_logs(runs[1])
