"""One writer at a time, and a dead one leaves no lock behind."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from pipelines.machine.lock import LoadLock, LockHeld
from pipelines.machine.lock import holder as holder_of

HOLD = """
import sys, time
from pathlib import Path
from pipelines.machine.lock import LoadLock
with LoadLock(Path(sys.argv[1]), "vigie load"):
    print("held", flush=True)
    time.sleep(60)
"""


@pytest.fixture
def holder(tmp_path: Path):
    child = subprocess.Popen([sys.executable, "-c", HOLD, tmp_path / "l"], stdout=subprocess.PIPE, text=True)
    assert child.stdout.readline() == "held\n"
    yield child
    child.kill()
    child.wait()


def test_a_second_process_is_told_who_holds_it(tmp_path: Path, holder: subprocess.Popen) -> None:
    with pytest.raises(LockHeld) as caught, LoadLock(tmp_path / "l", "autre"):
        pass
    assert f"processus {holder.pid}" in caught.value.sentence
    assert "« vigie load »" in caught.value.sentence


def test_a_killed_holder_leaves_nothing(tmp_path: Path, holder: subprocess.Popen) -> None:
    holder.kill()
    holder.wait()
    with LoadLock(tmp_path / "l", "autre"):
        pass


def test_waiting_gets_it_when_it_is_free(tmp_path: Path, holder: subprocess.Popen) -> None:
    import threading

    threading.Timer(0.3, holder.kill).start()
    started = time.monotonic()
    with LoadLock(tmp_path / "l", "autre", wait=True):
        assert time.monotonic() - started > 0.2


def test_the_same_process_may_take_it_again(tmp_path: Path) -> None:
    with LoadLock(tmp_path / "l", "a"), LoadLock(tmp_path / "l", "b"):
        pass
    assert os.path.exists(tmp_path / "l")
    with LoadLock(tmp_path / "l", "c"):
        pass


def test_who_holds_it_is_told_without_taking_it(tmp_path: Path, holder: subprocess.Popen) -> None:
    told = holder_of(tmp_path / "l")
    assert (told["pid"], told["commande"]) == (holder.pid, "vigie load")
    holder.kill()
    holder.wait()
    assert holder_of(tmp_path / "l") is None, "a dead process holds nothing, whatever it left written"
    assert holder_of(tmp_path / "rien") is None


def test_a_live_process_that_let_it_go_holds_nothing(tmp_path: Path) -> None:
    with LoadLock(tmp_path / "l", "a"):
        assert holder_of(tmp_path / "l")["pid"] == os.getpid()
    assert holder_of(tmp_path / "l") is None
