"""Whose home it is: the département that its first load fixed, and the day of that load.

`identite.json` lies in the home, beside the archive: rebuilding the register leaves it alone, a backup carries it.
"""

from __future__ import annotations

import datetime as dt
import json
import sqlite3
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from pipelines.machine.durable import write_whole
from pipelines.machine.paths import IDENTITY

_REGISTER = "register.sqlite"


@dataclass(frozen=True)
class Identity:
    """`first_load` is the day, ISO, on which something was first accepted; empty where nobody knows it."""

    departement: str
    first_load: str


def read(home: Path) -> Identity | None:
    """The home's identity; one that was written before there were any has that of its last publication. None when
    nothing was ever accepted there, or when the file cannot be read as one.
    """
    try:
        said = json.loads((home / IDENTITY).read_text(encoding="utf-8"))
        return Identity(said["departement"], said["premier_chargement"])
    except FileNotFoundError:
        return _of_last_publication(home / _REGISTER)
    except (OSError, ValueError, KeyError, TypeError):
        return None


def fix(home: Path, departement: str, today: dt.date) -> bool:
    """Write the identity where there is no file of one; returns whether the home had none at all."""
    if (home / IDENTITY).exists():
        return False
    before = read(home)
    identity = before or Identity(departement, today.isoformat())
    said = {"departement": identity.departement, "premier_chargement": identity.first_load}
    write_whole(home / IDENTITY, json.dumps(said, ensure_ascii=False).encode() + b"\n", mode=0o640)
    return before is None


def _of_last_publication(register: Path) -> Identity | None:
    if not register.exists():
        return None
    try:
        with closing(sqlite3.connect(f"file:{register}?mode=ro", uri=True)) as db:
            found = db.execute("select departement from publications order by rowid desc limit 1").fetchone()
            first = db.execute("select min(debut) from chargements").fetchone()
    except sqlite3.Error:  # of another version, or damaged: the command that reads it will say so
        return None
    return Identity(found[0], (first[0] or "")[:10]) if found else None
