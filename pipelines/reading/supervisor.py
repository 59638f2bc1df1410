"""The parent's side of the worker child: one child for many files, replaced when it dies or overruns."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path

from pipelines.base.refusal import Defect
from pipelines.files.formats import is_text
from pipelines.home.archive import Copy
from pipelines.machine.child import Child
from pipelines.machine.faults import MachineFault
from pipelines.reading.verdict import Limits, Verdict
from pipelines.settings.model import Settings
from pipelines.settings.project import CODE

# Arrow's own allocators reserve a gigabyte of addresses at their first use, and the limit counts addresses.
# What a worker is told of the environment: the home, because its tables may be its own, and nothing secret.
_TOLD = {"PATH", "LANG", "LC_ALL", "TZ", "HOME", "XDG_DATA_HOME", "VIGIE_HOME"}
_FRUGAL = {
    "PYTHONUNBUFFERED": "1", "OMP_NUM_THREADS": "1", "MALLOC_ARENA_MAX": "1", "ARROW_DEFAULT_MEMORY_POOL": "system",
}  # fmt: skip
# Signals by which the system or a person ends a child: no verdict on the file.
_ENDED: set[int] = {signal.SIGKILL, signal.SIGTERM, signal.SIGINT}
# A larger text file gains nothing by being read with others.
_SMALL = 4 << 20


class Parser:
    """Context manager. `parse` never raises for what a file contains."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._child: Child | None = None
        self._served = 0
        self._sheet: str | None = None
        self._closed = False
        self._killed = False  # whether the last child that died was ended by the system or a person

    def __enter__(self) -> Parser:
        self._start()
        return self

    def __exit__(self, *_: object) -> None:
        self._closed = True
        self._stop()

    def parse_all(
        self, copies: Sequence[Copy], raw: Path, progress: Callable[[Copy, int, int], None] = lambda *_: None
    ) -> dict[str, Verdict]:
        """Map delivery ids to the verdicts on several files. Small text files are asked for together; when the child
        dies or overruns on them, each is asked for alone.
        """
        texts = [c for c in copies if c.size <= _SMALL and is_text(c.file)]
        verdicts = (self._ask(texts, raw) if len(texts) > 1 else None) or {}
        for copy in copies:
            if copy.delivery_id not in verdicts:
                verdicts[copy.delivery_id] = self.parse(copy, raw, partial(progress, copy))
        return verdicts

    def parse(self, copy: Copy, raw: Path, progress: Callable[[int, int], None] = lambda done, total: None) -> Verdict:
        """Judge one file; the child writes the drafts of an accepted one under `raw`.

        Retries once in a fresh child when the first had served other files, or was killed; refuses for memory only if
        that fails too. Raises MachineFault when this machine failed, not the file.
        """
        tired = self._served > 0
        verdicts = self._ask([copy], raw, progress)
        if verdicts is None and (tired or self._killed):
            verdicts = self._ask([copy], raw, progress)
        if verdicts is None:
            memory = self._settings.worker_memory_mib
            exhausted = Defect(
                "memoire_depassee",
                f"la lecture s'est arrêtée : elle demande sans doute plus de {memory} Mio de mémoire",
                "vérifier que le fichier est bien celui du producteur (feuilles, lignes ou colonnes ajoutées ?) ; "
                "sinon relever worker_memory_mib dans vigie.toml",
                feuille=self._sheet,
            )
            return Verdict.unread(exhausted)
        return verdicts[copy.delivery_id]

    def _ask(
        self, copies: Sequence[Copy], raw: Path, progress: Callable[[int, int], None] = lambda done, total: None
    ) -> dict[str, Verdict] | None:
        """Return verdicts by delivery id; None when the child died of it, or of several and cannot say of which."""
        s = self._settings
        self._sheet, self._killed = None, False
        child = self._living()
        request = {
            "files": [[str(c.file), c.delivery_id, c.name] for c in copies],
            "raw": str(raw),
            "limits": Limits(s.max_expansion_mib, s.max_cells, s.today, s.kept_departements, s.returns_of).as_json(),
        }
        try:
            child.send(request)
            for message in child.messages(time.monotonic() + s.worker_seconds):
                if "progress" in message:
                    progress(*message["progress"])
                elif "sheet" in message:
                    self._sheet = message["sheet"]
                elif "full" in message:
                    raise OSError(message["full"], os.strerror(message["full"]), str(raw))
                elif "incident" in message:
                    raise MachineFault(message["incident"])
                elif "again" in message:
                    return None
                elif "verdicts" in message:
                    self._served += len(copies)
                    return {i: Verdict.from_json(verdict) for i, verdict in message["verdicts"].items()}
                else:
                    break
        except TimeoutError:
            self._stop()
            if len(copies) > 1:
                return None
            too_long = Defect(
                "lecture_trop_longue",
                f"la lecture a dépassé {s.worker_seconds} secondes",
                "vérifier que le fichier est bien celui du producteur ; sinon relever worker_seconds dans vigie.toml",
                feuille=self._sheet,
            )
            return {copies[0].delivery_id: Verdict.unread(too_long)}
        except (BrokenPipeError, EOFError):
            with contextlib.suppress(subprocess.TimeoutExpired):
                self._killed = -child.wait(timeout=1) in _ENDED
        self._stop()
        return None

    def _living(self) -> Child:
        return self._start() if self._child is None or self._child.poll() is not None else self._child

    def _start(self) -> Child:
        if self._closed:
            raise RuntimeError("the parser is closed")
        self._stop()
        self._served = 0
        # The rest of the machine matters more than this child if memory runs short.
        environment = {k: v for k, v in os.environ.items() if k in _TOLD}
        self._child = Child(
            [sys.executable, "-m", "pipelines.reading.worker", str(self._settings.worker_memory_mib)],
            cwd=CODE,
            # What a reader says of itself in its own language is for the log, never for the screen.
            stderr=(self._settings.paths.logs / "lecture.log").open("ab"),
            env=environment | _FRUGAL,
        )
        return self._child

    def _stop(self) -> None:
        child, self._child = self._child, None
        if child is not None:
            child.end()
