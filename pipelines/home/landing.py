"""What lies in the landing folder. Vigie reads there; it never writes, renames or deletes there."""

from __future__ import annotations

import fnmatch
import os
import time
from collections.abc import Container
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from pipelines.personal.detect import personal_name_of

# The name of a file whose own is a person's, and the suffixes that may still be told.
UNNAMED = "nom retiré"
_SUFFIXES = {".csv", ".txt", ".xlsx", ".xlsm", ".xls", ".ods", ".parquet", ".gz", ".zip", ".pdf", ".docx", ".odt"}
# What spreadsheets, browsers and systems leave beside the files that people drop.
_NOT_A_DELIVERY = (
    "~$*",
    ".*",
    "*.tmp",
    "*.part",
    "*.partial",
    "*.filepart",
    "*.crdownload",
    "*.lock",
    "thumbs.db",
    "desktop.ini",
)


# FAT, and the shares that follow it, count in two seconds; one more for the clocks of two machines.
_TICK_SECONDS = 3.0


@dataclass(frozen=True)
class LandingFile:
    """A regular file of the landing folder as it stood when looked at."""

    path: Path
    name: str
    size: int
    mtime_ns: int
    ctime_ns: int
    inode: int
    sign: str = ""  # what the name it really has seems to hold of a person, in French
    sender: str = ""  # the code of whoever's drop folder it lies in
    root: Path | None = None  # the folder out of which nothing of it may lead; None where whoever writes is trusted

    def loose_key(self) -> tuple[str, int, int, int, int]:
        """Return the key where neither a file's change time nor its number can be relied on (see `is_racy`)."""
        return self.name, self.size, self.mtime_ns, 0, 0

    def is_racy(self, now: float) -> bool:
        """Tell whether the file may still change without its size and time showing it: a share or a stick that counts
        in seconds, two at a time, says the same time before and after.
        """
        return self.mtime_ns % 1_000_000_000 == 0 and now - self.mtime_ns / 1e9 < _TICK_SECONDS

    def stat_key(self) -> tuple[str, int, int, int, int]:
        """Return what must be unchanged for the bytes to be those already hashed."""
        return self.name, self.size, self.mtime_ns, self.ctime_ns, self.inode


def shown_name(path: Path, root: Path) -> str:
    """Write the name as text that any log or table can hold, whatever bytes the file system gave."""
    return os.fsencode(path.relative_to(root)).decode("utf-8", "replace")


def kept_name(name: str, number: int | None = None) -> tuple[str, str]:
    """Return (the name by which the file may be spoken of, what its real one seems to hold of a person). A name that is
    someone's is not repeated anywhere: `number` tells the file apart.
    """
    sign = personal_name_of(name)
    if sign is None:
        return name, ""
    suffix = PurePosixPath(name).suffix.lower()
    return f"{UNNAMED}{f' {number}' if number else ''}{suffix if suffix in _SUFFIXES else ''}", sign.what


def scan(root: Path) -> tuple[list[LandingFile], list[str]]:
    """Return (files, ignored names) under `root`, sub-folders included, ordered by name; links are never followed."""
    files, ignored = [], []
    closed: list[OSError] = []
    for folder, folders, names in os.walk(root, onerror=closed.append, followlinks=False):
        for name in [f for f in folders if f.startswith(".") or (Path(folder) / f).is_symlink()]:
            folders.remove(name)
            shown, _ = kept_name(shown_name(Path(folder) / name, root))
            ignored.append(f"{shown} (dossier caché, ou lien vers un dossier)")
        folders.sort()
        for name in names:
            path = Path(folder) / name
            shown = shown_name(path, root)
            if path.is_symlink() or not path.is_file() or is_left_alone(name):
                ignored.append(kept_name(shown)[0])
                continue
            try:
                s = path.stat()
            except FileNotFoundError:
                continue
            except OSError as error:  # a share that answers no more for this file
                closed.append(error)
                continue
            shown, sign = kept_name(shown, s.st_ino)
            files.append(LandingFile(path, shown, s.st_size, s.st_mtime_ns, s.st_ctime_ns, s.st_ino, sign))
    ignored += [f"{kept_name(shown_name(Path(e.filename), root))[0]} ({_why(e)})" for e in closed]
    return sorted(files, key=lambda f: f.name), sorted(ignored)


def waiting(root: Path, known: Container[tuple[str, int, int, int, int]]) -> int:
    """Count the files of the landing folder that no load has looked at (`LandingFile.stat_key`)."""
    return sum(f.stat_key() not in known for f in scan(root)[0]) if root.is_dir() else 0


def _why(error: OSError) -> str:
    if isinstance(error, PermissionError):
        return "dossier que Vigie n'a pas le droit de lire"
    return "le partage ou le disque ne répond pas pour ce nom"


def scan_when_still(root: Path, stability_seconds: float) -> tuple[list[LandingFile], list[str]]:
    """Scan, after giving a file that has just changed the time to stop changing.

    A file that is still changing after that is left out: it is for the next load.
    """
    files, ignored = scan(root)
    now = time.time()
    freshest = max((f.mtime_ns / 1e9 for f in files), default=0.0)
    if now - freshest < stability_seconds:
        time.sleep(max(0.0, min(stability_seconds, freshest + stability_seconds - now)))
        before = {f.stat_key() for f in files}
        files, ignored = scan(root)
        growing = [f for f in files if f.stat_key() not in before]
        files = [f for f in files if f.stat_key() in before]
        ignored = sorted([*ignored, *(f"{f.name} (encore en cours d'écriture)" for f in growing)])
    return files, ignored


def is_left_alone(name: str) -> bool:
    """Tell whether a file of this name is never taken for a delivery."""
    return any(fnmatch.fnmatchcase(name.lower(), pattern) for pattern in _NOT_A_DELIVERY)
