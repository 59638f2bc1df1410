"""What the disk refuses, said in French: it is full, a quota is reached, a folder may only be read."""

from __future__ import annotations

import errno
import os
import re
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from pipelines.base.wording import mebibytes

if TYPE_CHECKING:
    from pipelines.machine.paths import Paths

_FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}
_CLOSED = {errno.EROFS, errno.EACCES, errno.EPERM}
# How DuckDB, Arrow, SQLite and dbt say the same, in the words of the C library.
_SAYS_FULL = re.compile(
    r"no space left on device|disk quota exceeded|file too large|database or disk is full|max_temp_directory_size", re.I
)
_SAYS_CLOSED = re.compile(r"read-only file system|readonly database|permission denied|operation not permitted", re.I)
_QUOTED = re.compile(r"""["'](/[^"']+)["']""")
_SQLITE_STUCK, _NOTHING = "disk I/O error", 2 << 20
# A first load of a département takes about so much besides what is received.
_LEAST = 256 << 20

FULL = "Disque plein"


def fault_of(error: BaseException, paths: Paths) -> str | None:
    """Say what to tell of an exception that the disk is the cause of, however deep; None for any other."""
    for cause in _causes(error):
        if _is(cause, _FULL, _SAYS_FULL):
            return full(paths, _named(cause, _SAYS_FULL) or _least_room(paths))
        if _is(cause, _CLOSED, _SAYS_CLOSED):
            place = _named(cause, _SAYS_CLOSED)
            return closed(place, paths) if place else refused(cause)
    if any(isinstance(c, sqlite3.Error) and _SQLITE_STUCK in str(c) for c in _causes(error)):
        # What SQLite says too when it cannot even extend its journal.
        home = _existing(paths.home)
        return full(paths, home) if (_free(home) or 0) < _NOTHING else None
    return None


def fault_in(message: str, paths: Paths) -> str | None:
    """Say what to tell of what a child process said, when the disk is its cause; None for any other."""
    return full(paths, paths.home) if _SAYS_FULL.search(message) else None


def full(paths: Paths, place: Path) -> str:
    """Say what is needed, where, and what was kept."""
    folder = _existing(place)
    needed, free = wanted(paths), _free(folder)
    if free is None:
        room = f"plus rien ne s'écrit dans {folder}, et il y faut environ {mebibytes(needed)}"
    elif free > needed:
        room = (
            f"une limite (quota du compte, ou ulimit -f) arrête l'écriture dans {folder}, où le disque lui-même garde "
            f"{mebibytes(free)} libres ; il en faut environ {mebibytes(needed)}"
        )
    else:
        room = f"il reste {mebibytes(free)} dans {folder}, et il en faut environ {mebibytes(needed)}"
    return (
        f"{FULL} : {room}. Rien n'est perdu : ce qui était publié reste en place, ce qui est reçu reste dans l'archive "
        "ou dans le dossier d'arrivée. Libérer de la place, puis relancer la même commande."
    )


def too_small(folder: Path) -> str:
    """Say what is needed where one file is being downloaded."""
    free = _free(_existing(folder))
    room = "" if free is None else f" : il y reste {mebibytes(free)}"
    return (
        f"{FULL} : plus de place pour télécharger dans {folder}{room}. Les fichiers déjà téléchargés sont gardés. "
        "Libérer de la place, puis relancer vigie fetch."
    )


def closed(place: Path, paths: Paths) -> str:
    """Say that nothing may be written in a folder or a file."""
    if place.exists() and not os.access(place, os.R_OK):
        return f"Vigie n'a pas le droit de lire {place}. Rétablir ce droit, puis relancer la même commande."
    inside = place.is_relative_to(paths.home)
    read = (
        " L'entrepôt publié se lit toujours (vigie sql, vigie status)." if inside and paths.warehouse.exists() else ""
    )
    return (
        f"Vigie n'a pas le droit d'écrire dans {_existing(place)} (lecture seule, ou droits insuffisants). "
        f"Rétablir le droit d'écriture, puis relancer la même commande.{read}"
    )


def wanted(paths: Paths) -> int:
    """Estimate the bytes that a load may take: each received file twice, the build and the published file once more."""
    received = sum(_size(f) for f in _files(paths.landing))
    return max(_LEAST, 2 * received + 3 * max(_size(paths.warehouse), _size(paths.build / paths.warehouse.name)))


def is_full(error: BaseException) -> bool:
    """Tell whether this exception, or what it comes from, is a full disk or a quota."""
    return any(_is(cause, _FULL, _SAYS_FULL) for cause in _causes(error))


def _is(error: BaseException, numbers: set[int], words: re.Pattern[str]) -> bool:
    if isinstance(error, OSError) and error.errno is not None:
        return error.errno in numbers
    foreign = isinstance(error, (OSError, sqlite3.Error, RuntimeError)) or "duckdb" in type(error).__module__
    return foreign and words.search(str(error)) is not None


def _causes(error: BaseException | None) -> Iterator[BaseException]:
    seen: set[int] = set()
    while error is not None and id(error) not in seen:
        seen.add(id(error))
        yield error
        error = error.__cause__ or error.__context__


def refused(error: BaseException) -> str:
    """Say what the system refuses where it does not tell of which file."""
    said = _line(error, _SAYS_CLOSED) or type(error).__name__
    return (
        f"Le système refuse à Vigie ce qu'elle lui demande, sans dire où : « {said} ». Le compte qui la lance n'a pas "
        "les droits qu'il lui faut : sur ses dossiers, ou sur la mémoire partagée (/dev/shm). Les rétablir, puis "
        "relancer la même commande."
    )


def _named(error: BaseException, words: re.Pattern[str]) -> Path | None:
    """The file that an error is about: its own, or the one beside the words, not any other of a traceback."""
    named = getattr(error, "filename2", None) or getattr(error, "filename", None)
    if isinstance(named, (str, bytes, Path)):
        return Path(os.fsdecode(named)).absolute()
    quoted = _QUOTED.search(_line(error, words))
    return Path(quoted[1]) if quoted else None


def _line(error: BaseException, words: re.Pattern[str]) -> str:
    """The line of an error's text where the words are; a child's may be a traceback, escaped as JSON."""
    return next((line.strip() for line in re.split(r"\n|\\n", str(error)) if words.search(line)), "")


def _least_room(paths: Paths) -> Path:
    """A write that fails does not say where: the folder with the least room is the likeliest."""
    folders = (paths.home, paths.archive, paths.raw, paths.build, paths.published, paths.landing)
    return min(folders, key=lambda folder: _free(_existing(folder)) or 0)


@contextmanager
def writing(file: Path) -> Iterator[None]:
    """Name the file for what fails within: the system names a file that cannot be opened, not one being written."""
    try:
        yield
    except OSError as error:
        if error.filename is None and error.errno is not None:
            error.filename = str(file)
        raise


def _existing(place: Path) -> Path:
    """Find the folder in which this would be written."""
    return next((p for p in (place, *place.parents) if p.is_dir()), place)


def _free(folder: Path) -> int | None:
    try:
        return shutil.disk_usage(folder).free
    except OSError:
        return None


def _files(folder: Path) -> Iterator[Path]:
    return (Path(where) / name for where, _, names in os.walk(folder) for name in names)


def _size(file: Path) -> int:
    try:
        return file.stat().st_size
    except OSError:
        return 0
