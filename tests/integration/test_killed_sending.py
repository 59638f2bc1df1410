"""kill -9 at each write of a sending: no message leaves twice, none is lost without a line in the journal."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest

from pipelines.home.register import Register
from pipelines.messages import journal
from pipelines.messages.draft import message_id
from pipelines.messages.server import LEFT, UNKNOWN
from pipelines.settings.model import PROJECT, Settings
from tests.support.killed_sending import drafts
from tests.support.mail_server import Certificate, Received, certificate, mail_server, settings_of

# In `make test`, one write in so many; `make test-long` and the verification meet each.
_STEP = 16


def sending(home: Path, port: int, held: Certificate, last: int = 0) -> subprocess.CompletedProcess[str]:
    """The process that sends, which dies at its `last`-th write."""
    clean = {k: v for k, v in os.environ.items() if not k.startswith("VIGIE_")}
    return subprocess.run(
        [sys.executable, "-m", "tests.support.killed_sending", str(last)], cwd=PROJECT, check=False, text=True,
        env=clean | settings_of(port, held) | {"VIGIE_HOME": str(home), "PYTHONPATH": str(PROJECT)},
        capture_output=True, timeout=60,
    )  # fmt: skip


def after(home: Path, port: int, held: Certificate, received: Received, monkeypatch: pytest.MonkeyPatch) -> str:
    """Send again twice, as the next loads would; returns what is wrong, or nothing."""
    for _ in range(2):
        done = sending(home, port, held)
        if done.returncode != 0:
            return f"l'envoi suivant échoue : {done.stderr[-300:]}"
    times = Counter(received.identities())
    with monkeypatch.context() as patch:
        for name, value in (settings_of(port, held) | {"VIGIE_HOME": str(home)}).items():
            patch.setenv(name, value)
        settings = Settings()
    with Register(settings.paths.register) as register:
        told = {e.message_id: e.state for e in journal.entries(register)}
    for draft in drafts():
        identity = message_id(settings, draft)
        state, left = told.get(identity), times[identity]
        if left > 1:
            return f"{draft.key} est parti {left} fois"
        if state not in {LEFT, UNKNOWN}:
            return f"{draft.key} n'a pas d'issue dans le journal : {state}"
        if state == LEFT and left != 1:
            return f"{draft.key} est dit parti, et ne l'est pas"
    return ""


def killed_everywhere(folder: Path, monkeypatch: pytest.MonkeyPatch, step: int) -> tuple[int, Counter[str], list[str]]:
    """Kill a sending at one write in `step`; returns how many times, the outcomes, and what went wrong."""
    held = certificate(folder / "certificats", "127.0.0.1")
    with mail_server(held) as (_, port):
        whole = sending(folder / "entier", port, held)
    assert whole.returncode == 0, whole.stderr
    writes = int(whole.stdout)
    wrong, outcomes = [], Counter[str]()
    for last in range(1, writes + 1, step):
        home = folder / f"coupe-{last}"
        with mail_server(held) as (received, port):
            if sending(home, port, held, last).returncode != -signal.SIGKILL:
                wrong.append(f"à l'écriture {last} : le processus n'est pas mort")
                continue
            if problem := after(home, port, held, received, monkeypatch):
                wrong.append(f"à l'écriture {last} : {problem}")
            outcomes[f"{len(received.messages)} reçus"] += 1
    return len(range(1, writes + 1, step)), outcomes, wrong


def test_a_sending_that_is_killed_sends_nothing_twice(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    times, outcomes, wrong = killed_everywhere(tmp_path, monkeypatch, _STEP)
    assert times > 5
    assert wrong == []
    assert outcomes["2 reçus"] > 0


@pytest.mark.long
def test_at_every_write(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    times, outcomes, wrong = killed_everywhere(tmp_path, monkeypatch, 1)
    assert times > 100
    assert wrong == []
    # Some deaths leave a message nobody knows of: the server may have it, or not.
    assert outcomes["1 reçus"] > 0
