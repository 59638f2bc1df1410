"""The drop folders: one a sender, into which others write over a share or SFTP. Vigie reads there, and trusts nothing.

A link, a device, a name that may lead elsewhere is left aside with its reason; a file that is being written waits.
"""

from __future__ import annotations

import errno
import fcntl
import os
import signal
import stat
import time
from collections.abc import Callable, Container, Iterator
from io import BufferedReader
from pathlib import Path

from pipelines.base.wording import printable
from pipelines.home.landing import LandingFile, is_left_alone, kept_name, shown_name

# How the names of dropped files begin: they are not those of the landing folder.
PREFIX = "depots"
GROWING = "encore en cours d'écriture"
_LINK = "lien refusé : déposer le fichier lui-même"
_NO_FILE = "refusé : ni un fichier, ni un dossier"
_NAME = "nom refusé : le renommer sans barre oblique inverse ni signe de contrôle"
_OUTSIDE = "hors des dossiers : à ranger dans celui de son expéditeur"
_WORKING = "fichier de travail d'un programme"
# What `open` answers for a link in the place of a file or of a folder.
_LED_AWAY = {errno.ELOOP, errno.ENOTDIR, errno.EMLINK}

# Name of a folder → code of its sender; or why there is none, in French.
Senders = Callable[[str], tuple[str, str]]


class LedAway(OSError):
    """What was looked at is no longer a plain file of its folder."""


def scan(root: Path, senders: Senders, quiet_seconds: float) -> tuple[list[LandingFile], list[str]]:
    """Return (files, what is left aside and why) of the drop folders, ordered by name."""
    files: list[LandingFile] = []
    ignored: list[str] = []
    for name, path in _entries(root, ignored, root):
        if path.is_symlink() or not path.is_dir():
            ignored.append(_said(root, path, _LINK if path.is_symlink() else _OUTSIDE))
            continue
        sender, why = senders(name)
        if not sender:
            ignored.append(f"{PREFIX}/{printable(name)} ({why})")
            continue
        _of_sender(root, path, sender, quiet_seconds, files, ignored)
    return sorted(files, key=lambda f: f.name), sorted(ignored)


def waiting(root: Path, senders: Senders, known: Container[tuple[str, int, int, int, int]]) -> int:
    """Count the dropped files that no load has looked at."""
    return sum(f.stat_key() not in known and f.loose_key() not in known for f in scan(root, senders, 0)[0])


def _of_sender(
    root: Path, folder: Path, sender: str, quiet_seconds: float, files: list[LandingFile], ignored: list[str]
) -> None:
    for name, path in _entries(folder, ignored, root):
        try:
            looked = path.lstat()
        except FileNotFoundError:
            continue
        why = _why_not(name, looked, quiet_seconds)
        if why:
            ignored.append(_said(root, path, why))
        elif stat.S_ISDIR(looked.st_mode):
            _of_sender(root, path, sender, quiet_seconds, files, ignored)
        elif not os.access(path, os.R_OK):
            ignored.append(_said(root, path, "illisible : Vigie n'a pas le droit de le lire"))
        elif _is_being_written(root, path):
            ignored.append(_said(root, path, GROWING))
        else:
            shown, sign = kept_name(shown_name(path, root), looked.st_ino)
            shown = shown if not sign else f"{path.relative_to(root).parts[0]}/{shown}"
            files.append(
                LandingFile(
                    path, f"{PREFIX}/{shown}", looked.st_size, looked.st_mtime_ns, looked.st_ctime_ns, looked.st_ino,
                    sign, sender, root,
                )
            )  # fmt: skip


def _why_not(name: str, looked: os.stat_result, quiet_seconds: float) -> str:
    """Say why an entry is left aside; nothing for a file to take or a folder to enter."""
    if stat.S_ISLNK(looked.st_mode):
        return _LINK
    if "\\" in name or not os.fsencode(name).decode("utf-8", "replace").isprintable():
        return _NAME
    if name.startswith(".") or (not stat.S_ISDIR(looked.st_mode) and is_left_alone(name)):
        return _WORKING
    if stat.S_ISDIR(looked.st_mode):
        return ""
    if not stat.S_ISREG(looked.st_mode):
        return _NO_FILE
    if looked.st_nlink > 1:  # a second name of a file that lies elsewhere
        return _LINK
    return GROWING if time.time() - looked.st_mtime < quiet_seconds else ""


def open_inside(root: Path, path: Path) -> BufferedReader:
    """Open a file of a drop folder, step by step, following no link: its owner may change it between two looks. Raises
    LedAway when it is no plain file any more.
    """
    inside = path.relative_to(root).parts
    fd = os.open(root, os.O_RDONLY | os.O_DIRECTORY)
    try:
        for part in inside[:-1]:
            fd, above = os.open(part, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW, dir_fd=fd), fd
            os.close(above)
        # Without waiting: nobody may write at the other end of a pipe.
        file = os.open(inside[-1], os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC, dir_fd=fd)
    except OSError as error:
        if error.errno in _LED_AWAY:
            raise LedAway(error.errno, _LINK, str(path)) from None
        raise
    finally:
        os.close(fd)
    looked = os.fstat(file)
    if not stat.S_ISREG(looked.st_mode) or looked.st_nlink > 1:
        os.close(file)
        raise LedAway(errno.ELOOP, _NO_FILE, str(path))
    return os.fdopen(file, "rb")


def is_open_elsewhere(stream: BufferedReader) -> bool:
    """Tell whether another process of this machine has the file open for writing, where the system says it."""
    if not hasattr(fcntl, "F_SETLEASE"):
        return False
    try:
        # Whoever opens the file meanwhile has the system tell us: by a signal that does nothing.
        fcntl.fcntl(stream, fcntl.F_SETSIG, signal.SIGURG)
        fcntl.fcntl(stream, fcntl.F_SETLEASE, fcntl.F_RDLCK)
    except OSError as error:  # EAGAIN: someone writes; anything else: this file system, or this user, has no leases
        return error.errno == errno.EAGAIN
    fcntl.fcntl(stream, fcntl.F_SETLEASE, fcntl.F_UNLCK)
    return False


def _is_being_written(root: Path, path: Path) -> bool:
    try:
        with open_inside(root, path) as stream:
            return is_open_elsewhere(stream)
    except OSError:  # the reading of it says why
        return False


def _entries(folder: Path, ignored: list[str], root: Path) -> Iterator[tuple[str, Path]]:
    try:
        names = sorted(os.listdir(folder))
    except OSError:
        ignored.append(_said(root, folder, "dossier que Vigie ne peut pas lire"))
        return
    for name in names:
        yield name, folder / name


def _said(root: Path, path: Path, why: str) -> str:
    shown = "" if path == root else kept_name(shown_name(path, root))[0]
    return f"{printable(f'{PREFIX}/{shown}' if shown else PREFIX)} ({why})"
