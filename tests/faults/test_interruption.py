"""Ctrl-C and SIGTERM at every stage of every command: « Interrompu. », 130, no child, no trace, nothing half done."""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from pipelines.home.register import Register
from tests.conftest import Home
from tests.faults.ground import NEXT, Ground, hears_interruptions, start
from tests.faults.stages import STAGES, Stage, alive, child_named, children, exists, reach, ready
from tests.faults.trial import Trial

pytestmark = [pytest.mark.xdist_group("pannes"), pytest.mark.long]


def to_group(process: subprocess.Popen) -> None:
    """As a terminal does: every process of the group is told."""
    os.killpg(process.pid, signal.SIGINT)


def to_command(process: subprocess.Popen) -> None:
    process.send_signal(signal.SIGINT)


def twice(process: subprocess.Popen) -> None:
    os.killpg(process.pid, signal.SIGINT)
    time.sleep(0.002)
    os.killpg(process.pid, signal.SIGINT)


def by_service(process: subprocess.Popen) -> None:
    """As a service manager does."""
    os.killpg(process.pid, signal.SIGTERM)


def interrupted(home: Home, stage: Stage, send: Callable, *arguments: str, after: float = 0) -> bool:
    """Whether the command was interrupted where it was asked, which holds what is promised; false when it ended."""
    process = start(home, *arguments)
    if not (reach(ready, home, process) and reach(stage, home, process)):
        process.communicate()
        return False
    time.sleep(after)
    under = children(process.pid)
    send(process)
    out, err = process.communicate(timeout=30)
    if process.returncode in {0, 1}:  # it was ending
        return False
    assert process.returncode == 130, err
    assert err.strip().splitlines()[-1].endswith("Interrompu.")
    assert "Traceback" not in out + err
    assert "Error" not in err
    if "--json" in arguments:
        assert json.loads(out) == {"erreur": "Interrompu.", "code_sortie": 130}
    deadline = time.monotonic() + 5
    while (left := [line for pid, line in under if alive(pid)]) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert left == []
    return True


def test_a_load_interrupted_at_every_stage_is_taken_up_by_the_next(ground: Ground) -> None:
    chance = random.Random(ground.seed)
    with Trial(ground) as t:
        for name, file in ground.files(*NEXT).items():
            t.home.drop(file, name)
        done = {}
        ways = [to_group, to_command, by_service, twice]
        for rank, (name, stage) in enumerate(STAGES.items()):
            options = ("--json",) if rank % 2 else ()
            after = chance.uniform(0, 0.3) if rank else 0
            done[name] = interrupted(t.home, stage, ways[rank % len(ways)], "load", *options, after=after)
            t.old_or(ground.whole_content)
            told = t.home.run("status")
            assert told.returncode == 0
            if done[name] and name != "imports":
                with Register(t.home.folder / "register.sqlite") as register:
                    last = register.last_loads(1)[0]
                assert last["resultat"].startswith("interrompu")
                assert last["code_sortie"] in {130, None}
                assert "interrompu" in told.stdout
        assert sum(done.values()) >= len(STAGES) - 1, done
        t.loads_again(ground.whole_content)
        assert list((t.home.folder / "archive").glob(".arrivee-*")) == []
        assert list((t.home.folder / "raw" / ".lots").glob("*")) == []
    assert t.outcome.broken == []


OTHERS = {
    "demo": (("demo",), exists("landing/.*.tmp")),
    "templates": (("templates",), exists("modeles/*/*.xlsx")),
    "sql": (("sql", "select count(*) from range(100000000000)"), ready),
    "sql json": (("sql", "select count(*) from range(100000000000)", "--json"), ready),
    "status": (("status", "--json"), ready),
    "relances": (("relances",), ready),
    "dictionary": (("dictionary",), ready),
    "rebuild": (("rebuild",), child_named("pipelines.reading.worker")),
    "snapshot": (("snapshot", "2020-T1"), ready),
    "fetch": (("fetch",), exists("fetch.lock")),
    "backup": (("backup", "{folder}/copie.tar.gz"), exists(".copie.tar.gz.tmp")),
}


@pytest.mark.parametrize("name", OTHERS)
def test_every_other_command_ends_the_same_way(name: str, ground: Ground) -> None:
    home = ground.copy(ground.base, VIGIE_CATALOGUE="http://127.0.0.1:9")
    arguments, stage = OTHERS[name]
    before = files_of(home)
    asked = [a.format(folder=home.folder) for a in arguments]
    if name == "backup":  # long enough to be seen
        (home.folder / "archive" / ("0" * 64)).mkdir()
        (home.folder / "archive" / ("0" * 64) / "contenu").write_bytes(os.urandom(64 << 20))
        before = files_of(home)
    assert interrupted(home, stage, to_group, *asked, after=0.3 if name.startswith("sql") else 0)
    # What is read goes with the next load, as after a kill.
    drafts = {f for f in files_of(home) - before if "tmp" in f and not f.startswith("raw/.lots")}
    assert drafts == set()
    if name == "rebuild":
        assert home.load()["code_sortie"] == 0


def files_of(home: Home) -> set[str]:
    return {str(f.relative_to(home.folder)) for f in home.folder.rglob("*")}


def test_an_interruption_waits_for_what_is_all_or_nothing(tmp_path: Path) -> None:
    script = (
        "import os, sys, time; from pathlib import Path\n"
        "from pipelines.machine import interruption; interruption.watch()\n"
        "with interruption.undo(lambda: Path(sys.argv[1], 'défait').touch()), interruption.held():\n"
        "    Path(sys.argv[1], 'un').touch(); time.sleep(0.5); Path(sys.argv[1], 'deux').touch()\n"
        "time.sleep(60)\n"
    )

    process = subprocess.Popen(
        [sys.executable, "-c", script, str(tmp_path)],
        stderr=subprocess.PIPE,
        text=True,
        preexec_fn=hears_interruptions,
    )
    while not (tmp_path / "un").exists() and process.poll() is None:
        time.sleep(0.01)
    process.send_signal(signal.SIGINT)
    process.send_signal(signal.SIGINT)
    _, err = process.communicate(timeout=20)
    assert (process.returncode, err) == (130, "Interrompu.\n")
    assert {f.name for f in tmp_path.iterdir()} >= {"un", "deux"}
