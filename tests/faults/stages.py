"""Where a running command is, seen from outside: its handlers, its lock, its children, the files that it writes."""

from __future__ import annotations

import contextlib
import signal
import subprocess
import time
from collections.abc import Callable
from pathlib import Path

from tests.conftest import Home

# What is true from some moment of a load on, in the order of a load.
Stage = Callable[[Home, int], bool]


def ready(_: Home, pid: int) -> bool:
    """The command's own first line has run: before it, Python itself starts, and answers as it does."""
    with contextlib.suppress(OSError):
        for line in Path(f"/proc/{pid}/status").read_text().splitlines():
            if line.startswith("SigCgt:"):
                return bool(int(line.split()[1], 16) >> (signal.SIGTERM - 1) & 1)
    return False


def locked(home: Home, pid: int) -> bool:
    lock = home.folder / "load.lock"
    return lock.exists() and f'"pid": {pid},' in lock.read_text()


def child_named(word: str) -> Stage:
    return lambda _, pid: any(word in line for _, line in children(pid))


def exists(pattern: str) -> Stage:
    def there(home: Home, _: int) -> bool:
        with contextlib.suppress(FileNotFoundError):  # a folder that goes while it is looked at
            return any(home.folder.glob(pattern))
        return False

    return there


STAGES: dict[str, Stage] = {
    "imports": ready,
    "verrou": locked,
    "lecture": child_named("pipelines.reading.worker"),
    "lignes lues": exists("raw/.lots/*/*/*/*.parquet"),
    "dbt": child_named("vigie-dbt"),
    "règles": child_named("examiner_child"),
    "construction": exists("build/vigie.duckdb.wal"),
    "publication": exists("published/.vigie-*"),
}


def children(parent: int) -> list[tuple[int, str]]:
    """(pid, command line) of every living process under this one."""
    found: dict[int, tuple[int, str]] = {}
    for process in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError, ValueError):
            state, above = (process / "stat").read_text().rpartition(")")[2].split()[:2]
            if state != "Z":
                line = (process / "cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
                found[int(process.name)] = int(above), line
    under, grown = {parent}, True
    while grown:
        more = {pid for pid, (above, _) in found.items() if above in under} - under
        under, grown = under | more, bool(more)
    return [(pid, found[pid][1]) for pid in under - {parent} if pid in found]


def alive(pid: int) -> bool:
    with contextlib.suppress(OSError, IndexError):
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    return False


def reach(stage: Stage, home: Home, process: subprocess.Popen, seconds: float = 240) -> bool:
    """Wait for a stage; false when the command ended before."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if process.poll() is not None:
            return False
        if stage(home, process.pid):
            return True
        time.sleep(0.005)
    raise RuntimeError("the stage is never reached")
