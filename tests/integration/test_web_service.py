"""`vigie ui` as a process: what it says where, how it ends, what it leaves when it is killed."""

from __future__ import annotations

import contextlib
import os
import pty
import re
import signal
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from pipelines.base.exit_codes import DONE, INTERNAL_FAULT, USAGE
from tests.conftest import VIGIE, Home
from tests.faults.service import Service, wait_until
from tests.support.web_page import WebPage

pytestmark = [pytest.mark.long, pytest.mark.xdist_group("interface")]


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Home]:
    """An empty home, and a short folder for the sockets that a killed service leaves."""
    with tempfile.TemporaryDirectory() as short:
        yield Home(tmp_path_factory.mktemp("service") / "home", TMPDIR=short)


@pytest.fixture
def started(home: Home) -> Iterator[Service]:
    with Service(home) as service:
        yield service


def test_its_terminal_shows_the_address_and_ctrl_c_ends_it(home: Home) -> None:
    ours, its = pty.openpty()
    # No screen: no browser is opened.
    environment = {k: v for k, v in home.environment.items() if k not in {"DISPLAY", "WAYLAND_DISPLAY"}}
    with subprocess.Popen([VIGIE, "ui", "--port", "0"], env=environment, stdin=its, stdout=its, stderr=its,
                          start_new_session=True) as process:  # fmt: skip
        os.close(its)
        said = _read_until(ours, rb"ne sert qu'une fois")
        [address] = re.findall(r"http://127\.0\.0\.1:\d+/\w+/\?jeton=[\w-]+", said)
        assert WebPage(address).ask("{ version }")["version"]
        # A terminal sends it to every process of the foreground.
        os.killpg(process.pid, signal.SIGINT)
        _read_until(ours, None)
        assert process.wait(60) == DONE
    os.close(ours)
    assert not list(home.folder.glob("ui.adresse")) + list(home.folder.glob("ui.html"))
    told = home.run("ui", "--adresse")
    assert (told.returncode, told.stdout) == (USAGE, "")
    assert "n'est pas ouverte" in told.stderr


def test_a_port_that_is_taken_is_said(home: Home) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        done = home.run("ui", "--port", str(port))
    assert done.returncode == USAGE
    assert f"Le port {port} est déjà pris" in done.stderr


def test_it_ends_with_its_terminal(home: Home, started: Service) -> None:
    started.tell(signal.SIGHUP)
    assert started.wait(60) == DONE
    assert "Traceback" not in (home.folder / "ui.txt").read_text(encoding="utf-8")


def test_it_ends_when_its_daemon_is_dead(home: Home, started: Service) -> None:
    os.kill(_daemon(started), signal.SIGKILL)
    assert started.wait(90) == INTERNAL_FAULT
    assert "Le démon de Dagster s'est arrêté" in (home.folder / "ui.txt").read_text(encoding="utf-8")


def test_its_daemon_dies_with_it_and_another_starts(home: Home, started: Service) -> None:
    daemon = _daemon(started)
    started.tell(signal.SIGKILL)
    wait_until(lambda: not Path(f"/proc/{daemon}/cmdline").exists(), 20, "the daemon goes on alone")
    assert (home.folder / "ui.adresse").exists()
    assert home.run("ui", "--adresse").returncode == USAGE
    with Service(home) as again:
        assert again.page.ask("{ version }")["version"]


def _daemon(service: Service) -> int:
    [found] = [p for p in service.processes() if b"pipelines.webserver.daemon" in _command(p)]
    return found


def _command(process: int) -> bytes:
    with contextlib.suppress(OSError):
        return Path(f"/proc/{process}/cmdline").read_bytes()
    return b""


def _read_until(terminal: int, wanted: bytes | None) -> str:
    """What a terminal shows until this, or until its end."""
    said = b""
    while wanted is None or not re.search(wanted, said):
        try:
            piece = os.read(terminal, 4096)
        except OSError:  # nobody writes any more
            break
        said += piece
    return said.decode()
