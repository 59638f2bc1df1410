"""Errors of a source that are known: registered with a reason and an end, they stop shouting without disappearing."""

from __future__ import annotations

import csv
import datetime as dt
from dataclasses import astuple, dataclass, fields
from fnmatch import fnmatchcase
from pathlib import Path

from pipelines.durable import commit
from pipelines.settings import Settings


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


_HEADER = [field.name for field in fields(KnownError)]


def read(file: Path) -> list[KnownError]:
    """Every line of the file, expired ones too; none when there is no file. Raises ValueError for a broken line."""
    if not file.exists():
        return []
    with file.open(encoding="utf-8-sig", newline="") as table:
        errors = [KnownError(**{name: row[name] for name in _HEADER}) for row in csv.DictReader(table)]
    for error in errors:
        dt.date.fromisoformat(error.jusqu_au)
    return errors


def valid(settings: Settings) -> list[KnownError]:
    """Those of a home that have not expired."""
    today = settings.today.isoformat()
    return [error for error in read(settings.paths.known_errors) if today <= error.jusqu_au]


def add(file: Path, error: KnownError) -> None:
    """Append one line; the file is replaced whole."""
    lines = [*read(file), error]
    draft = file.with_name(f".{file.name}.tmp")
    with draft.open("w", encoding="utf-8", newline="") as table:
        writer = csv.writer(table)
        writer.writerow(_HEADER)
        writer.writerows(astuple(line) for line in lines)
    commit(draft, file)
