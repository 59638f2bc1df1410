"""A long work: its own process, what it said, and what is told of one that was killed."""

from __future__ import annotations

import json
import os
import signal
import time
from pathlib import Path

import pytest

from pipelines.desk import tasks
from pipelines.machine.advance import Advance
from pipelines.machine.paths import Paths


@pytest.fixture
def paths(tmp_path: Path) -> Paths:
    made = Paths(tmp_path / "home", tmp_path / "home" / "landing")
    made.create()
    return made


def command(tmp_path: Path, script: str, monkeypatch: pytest.MonkeyPatch) -> None:
    program = tmp_path / "vigie"
    program.write_text(f"#!/bin/sh\n{script}\n", encoding="utf-8")
    program.chmod(0o755)
    monkeypatch.setattr(tasks, "_VIGIE", program)


def ended(paths: Paths, number: str) -> tasks.Task:
    deadline = time.monotonic() + 20
    while (task := tasks.find(paths, number)) and task.running and time.monotonic() < deadline:
        time.sleep(0.05)
    assert task
    return task


def test_what_the_command_says_is_what_the_work_gave(paths: Paths, tmp_path: Path, monkeypatch) -> None:
    command(tmp_path, """echo "un journal"; echo '{"resultat": "publié"}'; exit 1""", monkeypatch)
    task = ended(paths, tasks.start(paths, "Chargement", ["load"], [{"nom": "a"}]))
    assert (task.told, task.failed, task.lost) == ({"resultat": "publié"}, False, False)
    assert task.files == [{"nom": "a"}]
    assert tasks.latest(paths) == [task]


def test_it_is_in_a_session_of_its_own(paths: Paths, tmp_path: Path, monkeypatch) -> None:
    command(tmp_path, "sleep 30", monkeypatch)
    task = tasks.find(paths, tasks.start(paths, "Chargement", ["load"]))
    assert task
    assert task.running
    assert os.getsid(task.pid) == task.pid != os.getsid(0)
    os.kill(task.pid, signal.SIGKILL)
    assert ended(paths, task.number).lost


def test_how_far_it_is_is_read_from_the_home(paths: Paths, tmp_path: Path, monkeypatch) -> None:
    command(tmp_path, "sleep 30", monkeypatch)
    number = tasks.start(paths, "Chargement", ["load"])
    task = tasks.find(paths, number)
    assert task
    paths.advance.write_text(json.dumps({"pid": task.pid, "etape": "Réception", "fait": 2, "total": 5}), "utf-8")
    seen = tasks.find(paths, number)
    assert seen
    assert seen.advance == {"pid": task.pid, "etape": "Réception", "fait": 2, "total": 5}
    os.kill(task.pid, signal.SIGKILL)
    assert ended(paths, number).advance is None


def test_a_number_that_is_a_path_finds_nothing(paths: Paths) -> None:
    assert tasks.find(paths, "../x") is None
    assert tasks.find(paths, "abc") is None


def test_the_step_is_kept_in_a_file(tmp_path: Path) -> None:
    file = tmp_path / "avancement.json"
    watcher = Advance(file)
    watcher("Réception", 1, 3)
    watcher("Réception", 2, 3)  # too soon to be written
    assert json.loads(file.read_text(encoding="utf-8"))["fait"] == 1
    watcher("Réception", 3, 3)
    assert json.loads(file.read_text(encoding="utf-8")) == {
        "pid": os.getpid(), "etape": "Réception", "fait": 3, "total": 3,
    }  # fmt: skip
    Advance(tmp_path / "nulle" / "part.json")("Réception", 1, 3)
