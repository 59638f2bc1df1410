"""The sensor asks for a load when something is new, and only then; schedules are in French time."""

from __future__ import annotations

from pathlib import Path

import pytest
from dagster import DagsterInstance, DagsterRunStatus, RunRequest, SkipReason, build_sensor_context

from pipelines.defs.automation import arrivals, monthly_load


@pytest.fixture
def landing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("VIGIE_HOME", str(tmp_path))
    monkeypatch.setenv("VIGIE_STABILITY_SECONDS", "0")
    folder = tmp_path / "landing"
    folder.mkdir()
    return folder


def looked(instance: DagsterInstance) -> list[RunRequest | SkipReason]:
    with build_sensor_context(instance=instance) as context:
        return list(arrivals(context))


def test_an_empty_folder_asks_for_nothing(landing: Path) -> None:
    with DagsterInstance.ephemeral() as instance:
        (said,) = looked(instance)
        assert isinstance(said, SkipReason)
        assert "Rien de nouveau" in said.skip_message


def test_two_looks_at_one_file_ask_for_one_load(landing: Path) -> None:
    (landing / "a.csv").write_text("x;y\n1;2\n", encoding="utf-8")
    with DagsterInstance.ephemeral() as instance:
        (first,), (second,) = looked(instance), looked(instance)
        assert isinstance(first, RunRequest)
        assert first.run_key == second.run_key, "the orchestrator starts one run a key"
        (landing / "b.csv").write_text("x;y\n3;4\n", encoding="utf-8")
        (third,) = looked(instance)
        assert third.run_key != first.run_key


def test_a_file_still_being_written_waits(landing: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from pipelines.intake import landing as module

    growing = landing / "a.csv"
    growing.write_text("x;y\n", encoding="utf-8")
    monkeypatch.setenv("VIGIE_STABILITY_SECONDS", "5")
    monkeypatch.setattr(module.time, "sleep", lambda seconds: growing.open("a").write("1;2\n"))
    with DagsterInstance.ephemeral() as instance:
        (said,) = looked(instance)
        assert isinstance(said, SkipReason)


def test_nothing_is_asked_while_a_load_runs(landing: Path) -> None:
    from pipelines.definitions import defs

    (landing / "a.csv").write_text("x;y\n1;2\n", encoding="utf-8")
    with DagsterInstance.ephemeral() as instance:
        run = instance.create_run_for_job(defs.resolve_job_def("chargement"), status=DagsterRunStatus.STARTED)
        (said,) = looked(instance)
        assert isinstance(said, SkipReason)
        assert "en cours" in said.skip_message
        instance.report_run_failed(run)
        (said,) = looked(instance)
        assert isinstance(said, RunRequest)


def test_the_monthly_load_is_in_french_time_and_runs_by_itself() -> None:
    assert monthly_load.execution_timezone == "Europe/Paris"
    assert monthly_load.cron_schedule == "0 6 16 * *"
    assert monthly_load.default_status.value == "RUNNING"
