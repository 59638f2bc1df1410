"""The sensor asks for a load when something is new, and only then; schedules are in French time."""

from __future__ import annotations

import datetime as dt
import os
import shutil
import time
from pathlib import Path

import pytest
from dagster import (
    DagsterInstance,
    DagsterRunStatus,
    RunRequest,
    SkipReason,
    build_schedule_context,
    build_sensor_context,
)

from pipelines.defs.automation import arrivals, baac_reminder, monthly_load, yearly_reminder
from pipelines.defs.snapshots import quarter_closes
from pipelines.home.register import Register
from tests.conftest import Home


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
    from pipelines.home import landing as module

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


@pytest.mark.parametrize(("exit_code", "asked"), [(None, True), (4, True), (2, False), (0, False)])
def test_a_load_that_did_not_come_to_its_end_is_asked_for_again(
    landing: Path, exit_code: int | None, asked: bool
) -> None:
    with Register(landing.parent / "register.sqlite") as register:
        register.open_load("abcd1234", "vigie load", "journal")
        if exit_code is not None:
            register.close_load("abcd1234", exit_code, "essai")
    with DagsterInstance.ephemeral() as instance:
        (said,) = looked(instance)
        assert isinstance(said, RunRequest) is asked


@pytest.mark.parametrize(("excused_after", "asked"), [(-60, False), (60, True)])
def test_what_was_excused_since_the_last_load_is_published(landing: Path, excused_after: int, asked: bool) -> None:
    with Register(landing.parent / "register.sqlite") as register:
        register.open_load("abcd1234", "vigie load", "journal")
        register.close_load("abcd1234", 0, "essai")
    excuses = landing.parent / "excuses.csv"
    excuses.write_text("source,objet_type,objet_code,depuis,jusqu_a,motif,inscrite_le\n", encoding="utf-8")
    os.utime(excuses, (time.time() + excused_after,) * 2)
    with DagsterInstance.ephemeral() as instance:
        (said,) = looked(instance)
        assert isinstance(said, RunRequest) is asked


def test_the_schedules_are_in_french_time_and_run_by_themselves() -> None:
    every = (monthly_load, quarter_closes, yearly_reminder)
    crons = {s.name: s.cron_schedule for s in every}
    assert crons == {
        "chargement_mensuel": ["0 6 1 * *", "0 6 16 * *"],
        "cliche_du_trimestre": "0 7 20 1,4,7,10 *",
        "rappel_baac_annuel": "0 8 1 11 *",
    }
    for schedule in every:
        assert schedule.execution_timezone == "Europe/Paris"
        assert schedule.default_status.value == "RUNNING"


@pytest.mark.parametrize(
    ("day", "quarter"), [("2020-01-20", "2019-T4"), ("2020-04-20", "2020-T1"), ("2020-10-20", "2020-T3")]
)
def test_the_schedule_asks_for_the_quarter_that_ended_unless_given(landing: Path, day: str, quarter: str) -> None:
    when = dt.datetime.fromisoformat(f"{day}T07:00:00+01:00")
    (landing.parent / "dagster").mkdir()
    with DagsterInstance.local_temp(str(landing.parent / "dagster")) as instance:
        [asked] = quarter_closes(build_schedule_context(instance, scheduled_execution_time=when))
        assert (asked.partition_key, instance.get_dynamic_partitions("trimestres")) == (quarter, [quarter])
        folder = landing.parent / "snapshots" / quarter
        folder.mkdir(parents=True)
        (folder / "manifest.json").write_text("{}", encoding="utf-8")
        [skipped] = quarter_closes(build_schedule_context(instance, scheduled_execution_time=when))
        assert "déjà donné" in skipped.skip_message


def test_the_reminder_waits_for_a_publication(landing: Path) -> None:
    with DagsterInstance.ephemeral() as instance:
        assert baac_reminder.execute_in_process(instance=instance).success
    assert not (landing.parent / "relances").exists()


@pytest.mark.long
@pytest.mark.xdist_group("demo")
def test_the_reminder_asks_for_the_accident_files_that_are_missing_and_for_them_alone(
    demo_home: Home, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    home = Home(tmp_path / "home", VIGIE_TODAY="2025-11-01")
    shutil.copytree(demo_home.folder, home.folder, dirs_exist_ok=True)
    for name, value in home.environment.items():
        if name.startswith("VIGIE_"):
            monkeypatch.setenv(name, value)
    with DagsterInstance.ephemeral() as instance:
        assert baac_reminder.execute_in_process(instance=instance).success
        assert not (home.folder / "relances").exists(), "every accident file that was due is there"
        caracteristiques = home.sql("select livraison_id from qualite.livraisons where nom like 'caract-2023%'")
        assert home.run("withdraw", caracteristiques[0][0], "--motif", "essai").returncode == 0
        assert home.load()["code_sortie"] == 0
        assert baac_reminder.execute_in_process(instance=instance).success
    [message] = (home.folder / "relances").iterdir()
    text = message.read_text(encoding="utf-8")
    assert message.name == "rappel_2025-11-01_road_safety.txt"
    assert "vigie fetch road_safety" in text
    assert "2023" in text
    assert "ONISR" in text
