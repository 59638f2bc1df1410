"""`vigie ui` as a service under test: started on a free loopback port, asked over GraphQL, stopped or killed."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import socket
import subprocess
import time
import urllib.request
from collections.abc import Callable
from pathlib import Path

from tests.conftest import VIGIE, Home


class Service:
    """The web server and the daemon of one home."""

    def __init__(self, home: Home) -> None:
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        self._log = (home.folder / "ui.txt").open("ab")
        self._process = subprocess.Popen(
            [VIGIE, "ui", "--port", str(self.port)],
            env=home.environment,
            stdout=self._log,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )

    def __enter__(self) -> Service:
        wait_until(lambda: self.ask("query { version }"), 180, "the web interface does not answer")
        return self

    def __exit__(self, *_: object) -> None:
        self.stop(signal.SIGTERM)

    def ask(self, query: str, **variables: object) -> dict | None:
        """The data of one GraphQL query; None while nobody answers. Raises RuntimeError for a query that is wrong."""
        body = json.dumps({"query": query, "variables": variables}).encode()
        request = urllib.request.Request(
            f"http://127.0.0.1:{self.port}/graphql", body, {"Content-Type": "application/json"}
        )
        with contextlib.suppress(OSError), urllib.request.urlopen(request, timeout=20) as answer:  # noqa: S310
            told = json.load(answer)
            if told.get("errors"):
                raise RuntimeError(told["errors"][0]["message"])
            return told["data"]
        return None

    def runs(self) -> list[dict]:
        """The runs that the interface shows, newest first."""
        told = self.ask("query { runsOrError { ... on Runs { results { runId status jobName } } } }")
        return told["runsOrError"]["results"] if told else []

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
