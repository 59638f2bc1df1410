"""What a reading is asked within, and what it answers: the same on both sides of the child that reads.

The fields bear the names under which the archive and the register keep them.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import asdict, dataclass, field, fields, replace
from typing import Any, TypeVar

from pipelines.base.refusal import Defect

DEMONSTRATION, REAL = "demonstration", "reelle"
_T = TypeVar("_T")


@dataclass(frozen=True)
class Limits:
    """What a received file may cost, and whose it may be."""

    max_expansion_mib: int
    max_cells: int
    today: dt.date
    # The départements whose records a home keeps of the tables that say so; None for all of them.
    departements: frozenset[str] | None = None
    # The home's own département, which a return must be of; None where anyone's is taken.
    own: str | None = None

    def as_json(self) -> dict[str, Any]:
        """Return what goes over the wire."""
        kept = None if self.departements is None else sorted(self.departements)
        return asdict(self) | {"today": self.today.isoformat(), "departements": kept}

    @classmethod
    def from_json(cls, values: dict[str, Any]) -> Limits:
        """Make again what `as_json` gave; raises ValueError for an unknown or a missing key."""
        limits = _exactly(cls, values)
        kept = None if limits.departements is None else frozenset(limits.departements)
        return replace(limits, today=dt.date.fromisoformat(values["today"]), departements=kept)


@dataclass
class _OfSlice:
    source: str
    table: str
    tranche: str

    @property
    def key(self) -> tuple[str, str, str]:
        """Source, table and slice."""
        return self.source, self.table, self.tranche


@dataclass
class Slice(_OfSlice):
    """What one delivery brings to one slice of one table."""

    periode: str
    edition: str
    layout: str
    feuille: str
    lignes: int
    cellules: int
    vides: int
    empreinte: str
    # Of a list that must be whole it holds some codes: it may correct what is in use, and never stands alone.
    partielle: bool = False


@dataclass(frozen=True)
class TableRead:
    """What was in a table: lines received, those of them that the home keeps, cells received."""

    source: str
    table: str
    feuille: str
    lignes: int
    gardees: int
    cellules: int


@dataclass
class Lack(_OfSlice):
    """What a partial slice lacks: a defect, unless the slice corrects what is known."""

    defaut: Defect


@dataclass
class Verdict:
    """Accepted when `defects` is empty; then `parts` says what the raw files hold."""

    nature: str | None = REAL  # None when the file was not read to its end
    parts: list[Slice] = field(default_factory=list)
    defects: list[Defect] = field(default_factory=list)
    lectures: list[TableRead] = field(default_factory=list)
    remarks: list[Defect] = field(default_factory=list)  # what was put right while it was read
    lacks: list[Lack] = field(default_factory=list)
    fichier: str = ""  # the stem of the raw files that hold the rows

    @classmethod
    def unread(cls, defect: Defect) -> Verdict:
        """Refuse a file that was not read to its end."""
        return cls(nature=None, defects=[defect])

    def as_json(self) -> dict[str, Any]:
        """Return what goes over the wire."""
        return asdict(self)

    @classmethod
    def from_json(cls, values: dict[str, Any]) -> Verdict:
        """Make again what `as_json` gave; raises ValueError for an unknown or a missing key."""
        verdict = _exactly(cls, values)
        lacks = [lack | {"defaut": _exactly(Defect, lack["defaut"])} for lack in values["lacks"]]
        verdict.parts = [_exactly(Slice, part) for part in values["parts"]]
        verdict.defects = [_exactly(Defect, defect) for defect in values["defects"]]
        verdict.lectures = [_exactly(TableRead, table) for table in values["lectures"]]
        verdict.remarks = [_exactly(Defect, remark) for remark in values["remarks"]]
        verdict.lacks = [_exactly(Lack, lack) for lack in lacks]
        return verdict


def _exactly(kind: type[_T], values: dict[str, Any]) -> _T:
    names = {f.name for f in fields(kind)}  # type: ignore[arg-type]  # every kind is a dataclass
    if names != values.keys():
        raise ValueError(f"{kind.__name__}: {sorted(names ^ values.keys())} unknown or missing")
    return kind(**values)
