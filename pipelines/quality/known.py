"""Known errors of a source: registered with a reason and an end, no longer reported, still counted."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path

from pipelines.machine import ledger
from pipelines.settings.model import Settings


@dataclass(frozen=True)
class KnownError:
    """One line of the home's erreurs_connues.csv. `objet` may hold * and ?; dates are ISO, the last day included."""

    regle_code: str
    objet: str
    motif: str
    jusqu_au: str
    inscrit_le: str

    def covers(self, rule: str, thing: str) -> bool:
        return rule == self.regle_code and fnmatchcase(thing, self.objet)


def read(file: Path) -> list[KnownError]:
    """Read every line of the file, expired ones too; none without a file. Raises ValueError for a broken date."""
    errors = ledger.lines(file, KnownError)
    for error in errors:
        dt.date.fromisoformat(error.jusqu_au)
    return errors


def valid(settings: Settings) -> list[KnownError]:
    """List those of a home that have not expired."""
    today = settings.today.isoformat()
    return [error for error in read(settings.paths.known_errors) if today <= error.jusqu_au]


def add(file: Path, error: KnownError) -> None:
    """Append one line; the file is replaced whole."""
    read(file)
    ledger.append(file, error)
