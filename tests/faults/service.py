"""`vigie ui` as a service under test: started on a free loopback port, asked over GraphQL, stopped or killed."""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import subprocess
import time
from collections.abc import Callable
from pathlib import Path

from tests.conftest import VIGIE, Home
from tests.support.web_page import WebPage

_SENSORS = "{ repositoriesOrError { ... on RepositoryConnection { nodes { sensors { id name } } } } }"


class Service:
    """The web server and the daemon of one home; `page` is there once it has answered."""

    page: WebPage | None

    def __init__(self, home: Home) -> None:
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        self._home, self.page = home, None
        self._log = (home.folder / "ui.txt").open("ab")
        self._process = subprocess.Popen(
            [VIGIE, "ui", "--port", str(self.port)],
            env=home.environment,
            stdout=self._log,
            stderr=subprocess.STDOUT,
            start_new_session=True,
            # Tests that run in the background may have been told to outlive their terminal; an officer's service not.
            preexec_fn=lambda: signal.signal(signal.SIGHUP, signal.SIG_DFL),
        )

    def __enter__(self) -> Service:
        wait_until(lambda: self.ask("query { version }"), 180, "the web interface does not answer")
        return self

    def __exit__(self, *_: object) -> None:
        self.stop(signal.SIGTERM)

    def ask(self, query: str, **variables: object) -> dict | None:
        """The data of one GraphQL query; None while nobody answers. Raises RuntimeError for a query that is wrong."""
        with contextlib.suppress(OSError):
            if self.page is None:
                self.page = WebPage((self._home.folder / "ui.adresse").read_text(encoding="utf-8"))
            return self.page.ask(query, **variables)
        return None

    def stop_arrivals(self) -> None:
        """No load begins by itself any more. Asked again where the daemon writes the sensor's state meanwhile."""
        told = self.ask(_SENSORS)
        assert told
        [found] = [s["id"] for s in told["repositoriesOrError"]["nodes"][0]["sensors"] if s["name"] == "arrivees"]
        stop = "mutation ($id: String!) { stopSensor(id: $id) { __typename } }"
        wait_until(lambda: self.ask(stop, id=found), 30, "the sensor of arrivals does not stop")

    def runs(self) -> list[dict]:
        """The runs that the interface shows, newest first."""
        told = self.ask("query { runsOrError { ... on Runs { results { runId status jobName } } } }")
        return told["runsOrError"]["results"] if told else []

    def processes(self) -> list[int]:
        """The command and all that it started."""
        return _alive(self._process.pid)

    def tell(self, how: signal.Signals) -> None:
        """A signal to the command alone."""
        self._process.send_signal(how)

    def wait(self, seconds: float) -> int:
        """The exit code of the command, once it has ended by itself."""
        return self._process.wait(seconds)

    def end(self) -> bool:
        """Tell the command alone to end, as a service manager does; whether nothing of it is left."""
        self._process.terminate()
        self._process.wait(60)
        with contextlib.suppress(RuntimeError):
            return bool(wait_until(lambda: not _alive(self._process.pid), 20, "something is left"))
        return False

    def stop(self, how: signal.Signals) -> None:
        """The whole group: the server, the daemon, the processes that hold the code and run the loads."""
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self._process.pid, how)
        with contextlib.suppress(subprocess.TimeoutExpired):
            self._process.wait(30)
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait()
        self._log.close()


def _alive(group: int) -> list[int]:
    """The processes of a group that are not dead already."""
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            state, _, its_group = (process / "stat").read_text().rpartition(")")[2].split()[:3]
            if int(its_group) == group and state != "Z":
                found.append(int(process.name))
    return found


def wait_until(true: Callable[[], object], seconds: float, otherwise: str) -> object:
    """What the condition gives once it is true; RuntimeError when it is not in this time."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if found := true():
            return found
        time.sleep(0.25)
    raise RuntimeError(otherwise)
