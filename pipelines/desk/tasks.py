"""Long works: the command itself, in a process of its own that outlives the browser and the service."""

from __future__ import annotations

import contextlib
import json
import os
import subprocess
import sys
import threading
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from uuid import uuid4

from pipelines.home.register import now
from pipelines.machine.advance import advance_of
from pipelines.machine.durable import write_whole
from pipelines.machine.paths import Paths

_VIGIE = Path(sys.executable).with_name("vigie")
_TASK, _SAID, _ERRORS = "tache.json", "dit.json", "messages.txt"
_KEPT = 50


@dataclass(frozen=True)
class Task:
    """One work: `told` is what the command gave as JSON once it has ended; `files` are those dropped for it."""

    number: str
    label: str
    begun: str
    pid: int
    running: bool
    told: dict[str, Any] = field(default_factory=dict)
    files: list[dict[str, str]] = field(default_factory=list)
    advance: dict[str, Any] | None = None

    @property
    def lost(self) -> bool:
        """Whether it ended without a word: it was killed."""
        return not self.running and not self.told

    @property
    def failed(self) -> bool:
        return bool(self.told.get("erreur")) or self.lost


def start(paths: Paths, label: str, arguments: list[str], files: list[dict[str, str]] | None = None) -> str:
    """Start `vigie ARGUMENTS --json`; returns the number of the work. Raises OSError."""
    number = uuid4().hex[:12]
    folder = _root(paths) / number
    folder.mkdir(mode=0o750, parents=True)
    with (folder / _SAID).open("wb") as out, (folder / _ERRORS).open("wb") as err:
        process = subprocess.Popen(
            [_VIGIE, *arguments, "--json"],
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=err,
            start_new_session=True,  # told to end with nobody
        )
    threading.Thread(target=process.wait, daemon=True).start()  # no zombie is taken for a living process
    about = {"quoi": label, "debut": now(), "pid": process.pid, "fichiers": files or []}
    write_whole(folder / _TASK, json.dumps(about, ensure_ascii=False).encode())
    _forget_old(paths)
    return number


def find(paths: Paths, number: str) -> Task | None:
    """Return the work of this number; None when there is none."""
    folder = _root(paths) / number
    if not number.isalnum() or not (folder / _TASK).exists():
        return None
    about = json.loads((folder / _TASK).read_text(encoding="utf-8"))
    told = _told(folder / _SAID)
    running = not told and _alive(about["pid"])
    if not running and not told:
        told = _told(folder / _SAID)  # it ended between the two looks
    return Task(
        number, about["quoi"], about["debut"], about["pid"], running, told, about["fichiers"],
        advance_of(paths.advance, about["pid"]) if running else None,
    )  # fmt: skip


def latest(paths: Paths) -> list[Task]:
    """List the works kept, newest first."""
    root = _root(paths)
    found = [find(paths, folder.name) for folder in (root.iterdir() if root.is_dir() else ())]
    return sorted((t for t in found if t), key=lambda t: t.begun, reverse=True)


def _told(file: Path) -> dict[str, Any]:
    with contextlib.suppress(OSError, ValueError, IndexError):
        told: dict[str, Any] = json.loads(file.read_text(encoding="utf-8").splitlines()[-1])
        return told
    return {}


def _alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
        state = Path(f"/proc/{pid}/stat").read_text(encoding="ascii", errors="replace").rpartition(")")[2].split()[0]
    except PermissionError:
        return True
    except ProcessLookupError:
        return False
    except (OSError, IndexError):
        return True  # no /proc here: the signal alone says it
    return state != "Z"


def _forget_old(paths: Paths) -> None:
    for task in latest(paths)[_KEPT:]:
        folder = _root(paths) / task.number
        for file in folder.iterdir():
            file.unlink(missing_ok=True)
        folder.rmdir()


def _root(paths: Paths) -> Path:
    return paths.desk / "travaux"
