"""What was owed and will not come: said with a reason, so that nobody is asked for it and a period closes without it.

`excuses.csv` lies in the home; a line may be taken back, and the file is replaced whole.
"""

from __future__ import annotations

import csv
import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, fields, replace

from pipelines.base.periods import Period
from pipelines.catalogue.model import CatalogueError
from pipelines.machine import ledger
from pipelines.machine.paths import Paths

SERVICE, POST, SHEET, PILOT = "service", "poste", "fiche", "pilote"
# The column of an absence that names each kind of object.
COLUMNS = {SERVICE: "territoire_code", POST: "objet_code", SHEET: "action_code", PILOT: "debiteur_code"}


@dataclass(frozen=True)
class Excuse:
    """One line: a source, or a service, post, sheet or pilot (of every source when `source` is empty), is not waited
    for over these periods, both included. `inscrite_le` is ISO.
    """

    source: str
    objet_type: str
    objet_code: str
    depuis: str
    jusqu_a: str
    motif: str
    inscrite_le: str

    @classmethod
    def of(cls, said: Mapping[str, str]) -> Excuse:
        """Read a line of the file or of a manifest; earlier versions wrote a source and a quarter."""
        quarter = said.get("trimestre")
        first, last = (quarter, quarter) if quarter else (said["depuis"], said["jusqu_a"])
        return cls(said["source"], said.get("objet_type") or "", said.get("objet_code") or "", first, last,
                   said["motif"], said["inscrite_le"])  # fmt: skip

    @property
    def start(self) -> dt.date:
        return Period.read(self.depuis).start

    @property
    def end(self) -> dt.date:
        return Period.read(self.jusqu_a).end

    def covers(self, absence: Mapping[str, object], period: Period) -> bool:
        """Whether this period of an absence (a row of `qualite.series_manquantes`) is not waited for. What a year owes,
        it owes with its last quarter.
        """
        if self.source not in {"", absence["source"]}:
            return False
        if self.objet_type and absence[COLUMNS[self.objet_type]] != self.objet_code:
            return False
        owed = Period(period.first_month + 9, 3) if period.kind == "annee" else period
        return self.start <= owed.start and owed.end <= self.end

    @property
    def span(self) -> str:
        """Write the periods as `2025-01`, or `2025-01..2025-06`."""
        return self.depuis if self.depuis == self.jusqu_a else f"{self.depuis}..{self.jusqu_a}"


def read(paths: Paths) -> list[Excuse]:
    """Read every line; raises CatalogueError for one that is not an excuse."""
    if not paths.excuses.exists():
        return []
    with paths.excuses.open(encoding="utf-8-sig", newline="") as table:
        return [_read(row, line) for line, row in enumerate(csv.DictReader(table), start=2)]


def _read(row: Mapping[str, str], line: int) -> Excuse:
    try:
        excuse = Excuse.of(row)
        if excuse.objet_type not in {"", *COLUMNS} or excuse.start > excuse.end:
            raise ValueError(excuse.objet_type)
    except (KeyError, ValueError, TypeError, AttributeError):
        columns = ",".join(f.name for f in fields(Excuse))
        raise CatalogueError(
            f"excuses.csv, ligne {line} : ce n'est pas une excuse. Attendu : les colonnes {columns}, séparées par des "
            "virgules. Retirer la ligne, puis l'écrire par vigie excuse."
        ) from None
    return excuse


def add(paths: Paths, excuse: Excuse) -> None:
    """Add one line."""
    write(paths, [*read(paths), excuse])


def write(paths: Paths, excuses: list[Excuse]) -> None:
    """Replace the file by these."""
    ledger.write(paths.excuses, Excuse, excuses)


def without(excuse: Excuse, span: tuple[Period, Period] | None) -> list[Excuse]:
    """What is left of an excuse once these periods are taken out of it, the first and the last included; nothing when
    no period is named.
    """
    if span is None:
        return []
    first, last = Period.read(excuse.depuis), Period.read(excuse.jusqu_a)
    begins, ends = first.first_month, last.first_month + last.months
    out_from, out_to = span[0].first_month, span[1].first_month + span[1].months
    if out_to <= begins or ends <= out_from:
        return [excuse]
    left = [(begins, min(out_from, ends)), (max(out_to, begins), ends)]
    return [replace(excuse, depuis=str(Period(a, 1)), jusqu_a=str(Period(b - 1, 1))) for a, b in left if a < b]
