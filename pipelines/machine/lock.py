"""The one truth of who is writing: an operating-system lock on a file of the home.

The kernel releases it when its holder dies, however it dies, so there is never a stale lock to remove.
"""

from __future__ import annotations

import datetime as dt
import errno
import fcntl
import json
import os
import threading
import time
from pathlib import Path
from typing import Any

from pipelines.base.exit_codes import LOCKED, Stopped
from pipelines.machine.faults import MachineFault
from pipelines.machine.rights import create_open

_NO_LOCKS = {errno.ENOLCK, errno.ENOTSUP, errno.EOPNOTSUPP, errno.ENOSYS, errno.EINVAL}

_held: dict[Path, int] = {}
_depth: dict[Path, int] = {}
_guard = threading.Lock()


class LockHeld(Stopped):
    """Another process is writing in this home."""

    exit_code = LOCKED

    def __init__(self, holder: dict[str, object], may_wait: bool) -> None:
        self.holder = holder
        pid, since, what = (holder.get(k, "?") for k in ("pid", "depuis", "commande"))
        self.sentence = f"Un autre chargement est en cours : « {what} », processus {pid}, depuis {since}."
        super().__init__(self.sentence + (" Attendre sa fin, ou relancer avec --wait." if may_wait else ""))


def holder(path: Path) -> dict[str, object] | None:
    """Tell who holds the lock now, as it said when it took it; None when nobody does. It is looked at without being
    held, but for an instant when a live process left its name there.
    """
    try:
        named: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
        os.kill(int(named["pid"]), 0)
    except PermissionError:  # alive, and another user's
        pass
    except (OSError, ValueError, KeyError, TypeError):
        return None
    try:
        with path.open("rb") as file:
            fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return named
    except OSError:
        return None
    return None


class NoLocks(MachineFault):
    """The home lies where nothing can be locked."""

    def __init__(self, folder: Path) -> None:
        super().__init__(
            f"Le dossier {folder} est sur un partage réseau qui ne connaît pas les verrous : deux chargements "
            "pourraient y écrire en même temps. Placer le dossier de Vigie (VIGIE_HOME) sur un disque de cette "
            "machine ; le dossier d'arrivée (VIGIE_LANDING) peut, lui, rester sur le partage."
        )


class LoadLock:
    """Context manager; a process that already holds the lock may take it again. `wait` is None where nothing waits."""

    def __init__(self, path: Path, command: str, wait: bool | None = None) -> None:
        self._path = path
        self._command = command
        self._wait = wait

    def __enter__(self) -> LoadLock:
        while True:
            with _guard:
                if self._path in _held:
                    _depth[self._path] += 1
                    return self
                fd = self._try()
                if fd is not None:
                    _held[self._path], _depth[self._path] = fd, 1
                    return self
            if not self._wait:
                raise LockHeld(self._holder(), self._wait is not None)
            time.sleep(0.2)

    def __exit__(self, *_: object) -> None:
        with _guard:
            _depth[self._path] -= 1
            if _depth[self._path] == 0:
                os.close(_held.pop(self._path))
                del _depth[self._path]

    def _try(self) -> int | None:
        create_open(self._path.parent)
        fd = os.open(self._path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o640)
        try:
            fcntl.flock(fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(fd)
            return None
        except OSError as error:
            os.close(fd)
            if error.errno in _NO_LOCKS:
                raise NoLocks(self._path.parent) from error
            raise
        holder = {
            "pid": os.getpid(),
            "depuis": dt.datetime.now().astimezone().isoformat(timespec="seconds"),
            "commande": self._command,
        }
        os.ftruncate(fd, 0)
        os.pwrite(fd, json.dumps(holder, ensure_ascii=False).encode(), 0)
        return fd

    def _holder(self) -> dict[str, object]:
        try:
            holder: dict[str, object] = json.loads(self._path.read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return {}
        return holder
