"""A child that is killed says nothing of the file that it was reading; killed on it twice, the file is refused. One
that the machine left too little memory judges no file.
"""

from __future__ import annotations

import datetime as dt
import json
import os
import resource
import signal
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from pipelines.base.refusal import Defect
from pipelines.home.archive import Copy, hash_of
from pipelines.machine.child import Child
from pipelines.reading.supervisor import Parser
from pipelines.reading.verdict import Lack, Limits, Slice, TableRead, Verdict
from pipelines.settings.model import PROJECT, Settings

RETURN = "retours-services-tranquillite-2020-demonstration.csv"


@pytest.fixture(autouse=True)
def kept_workers() -> None:
    """None here: each test has children of its own."""


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    made = Settings(home=tmp_path / "home")
    made.paths.create()
    return made


@pytest.fixture(scope="module")
def received(demo_files: Path) -> Copy:
    file = demo_files / RETURN
    return Copy(file, hash_of(file), file.stat().st_size)


@pytest.fixture
def raw(tmp_path: Path) -> Path:
    folder = tmp_path / "brut"
    folder.mkdir()
    return folder


def kill(parser: Parser) -> None:
    os.kill(parser._child.pid, signal.SIGKILL)
    os.waitid(os.P_PID, parser._child.pid, os.WEXITED | os.WNOWAIT)


def test_a_child_killed_once_is_replaced_and_the_file_is_read(settings: Settings, received: Copy, raw: Path) -> None:
    with Parser(settings) as parser:
        asked = parser._ask

        def killed_first(*arguments: object) -> dict[str, Verdict] | None:
            parser._ask = asked
            kill(parser)
            parser._child.poll = lambda: None  # it dies while it reads, not before it is asked
            return asked(*arguments)

        parser._ask = killed_first
        verdict = parser.parse(received, raw)
    assert verdict.defects == []
    assert verdict.parts


def test_a_file_on_which_every_child_is_killed_is_refused(settings: Settings, received: Copy, raw: Path) -> None:
    with Parser(settings) as parser:
        start = parser._start

        def stillborn() -> Child:
            child = start()
            kill(parser)
            child.poll = lambda: None
            return child

        parser._start = stillborn
        parser._start()
        verdict = parser.parse(received, raw)
    assert [d.code for d in verdict.defects] == ["memoire_depassee"]


def test_a_child_that_overruns_is_replaced_and_its_file_is_refused(tmp_path: Path, received: Copy, raw: Path) -> None:
    hasty = Settings(home=tmp_path / "home", worker_seconds=1)
    hasty.paths.create()
    with Parser(hasty) as parser:
        first = parser._child
        os.kill(first.pid, signal.SIGSTOP)
        [verdict] = parser.parse_all([received], raw).values()
        assert ([d.code for d in verdict.defects], verdict.nature) == (["lecture_trop_longue"], None)
        assert first.poll() == -signal.SIGKILL
        assert parser._living() is not first


WHOLE = Verdict(
    "demonstration",
    [Slice("s", "t", "2019", "2019", "", "l", "f", 1, 2, 3, "0a", partielle=True)],
    [Defect("c", "é", "r", feuille="f", ligne=4)],
    [TableRead("s", "t", "f", 5, 6, 7)],
    [Defect("d", "e", "r")],
    [Lack("s", "t", "2019", Defect("manque", "m", "r"))],
    "souche",
)
LIMITS = Limits(1, 2, dt.date(2025, 2, 15), frozenset({"46", "12"}), "46")


def test_what_crosses_the_wire_is_the_same_on_both_sides() -> None:
    for kind, sent in ((Verdict, WHOLE), (Verdict, Verdict()), (Limits, LIMITS), (Limits, replace(LIMITS, own=None))):
        assert kind.from_json(json.loads(json.dumps(sent.as_json()))) == sent


def test_a_key_that_is_unknown_or_missing_is_an_error() -> None:
    def wrong(change: Callable[[dict], object]) -> None:
        values = WHOLE.as_json()
        change(values)
        with pytest.raises(ValueError, match="unknown or missing"):
            Verdict.from_json(values)

    wrong(lambda v: v.pop("remarks"))
    wrong(lambda v: v.update(autre=1))
    wrong(lambda v: v["parts"][0].pop("partielle"))
    wrong(lambda v: v["defects"][0].update(autre=1))
    wrong(lambda v: v["lectures"][0].pop("gardees"))
    wrong(lambda v: v["lacks"][0]["defaut"].pop("attendu"))


def test_a_child_with_less_memory_than_promised_judges_nothing() -> None:
    request = json.dumps({"files": [["rien", "1"]], "raw": "rien"})
    done = subprocess.run(
        [sys.executable, "-m", "pipelines.reading.worker", "1536"], input=f"{request}\n{request}\n", text=True,
        capture_output=True, cwd=PROJECT, check=False, timeout=60,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_AS, (1200 << 20, 1200 << 20)),
    )  # fmt: skip
    first, second = map(json.loads, done.stdout.splitlines())
    assert first == second
    assert "laisse 1200 Mio" in first["incident"]
    assert "demande 1536" in first["incident"]
