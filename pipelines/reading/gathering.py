"""What is read of one file, gathered sheet after sheet: its verdict, its canonical rows, what was seen on the way."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field

import pyarrow as pa
import pyarrow.compute as pc

from pipelines.base.periods import Period
from pipelines.base.refusal import Defect, Refused
from pipelines.base.spelling import folded
from pipelines.base.wording import number
from pipelines.catalogue.model import Catalogue, Layout
from pipelines.reading.slices import date_editions
from pipelines.reading.verdict import Lack, Limits, Slice, TableRead, Verdict


@dataclass
class Reading:
    """What is read of one file, sheet after sheet."""

    catalogue: Catalogue
    limits: Limits
    verdict: Verdict = field(default_factory=Verdict)
    tables: dict[Layout, list[pa.Table]] = field(default_factory=lambda: defaultdict(list))
    cells: int = 0
    untouched: bool = False  # a sheet held no more than its template
    met: bool = False  # a layout was recognised
    own: bool = False  # one of Vigie's own formats was
    headers: set[str] = field(default_factory=set)  # those of what was recognised, as they are compared
    strange: bool = False  # something was not recognised, or is named after a person

    def meet(self, layout: Layout) -> None:
        """Note that the file, or one of its sheets, is written so."""
        self.met, self.own = True, self.own or layout.own_format
        self.headers |= {folded(spelling) for c in layout.columns for spelling in c.spellings}

    @property
    def to_look_at(self) -> bool:
        """Whether the whole file must be looked at for persons: the public files of the State are not."""
        return self.own or self.strange or not self.met

    def take(self, sheet: str | None, layout: Layout, rows: pa.Table, slices: list[Slice]) -> None:
        self.take_slices(sheet, slices)
        self.tables[layout].append(rows)

    def take_slices(self, sheet: str | None, slices: list[Slice]) -> None:
        for new in slices:
            if new.periode and Period.read(new.periode).start > self.limits.today:
                raise Refused(_to_come(sheet, new))
            for old in self.verdict.parts:
                if old.key == new.key:
                    raise Refused(_slice_twice(sheet, new, old))
        self.verdict.parts += slices

    def lack(self, layout: Layout, lacks: list[tuple[str, Defect]]) -> None:
        """Note (slice, defect) of what a file that stands alone may not lack."""
        self.verdict.lacks += [Lack(layout.source, layout.table, tranche, defect) for tranche, defect in lacks]

    def count_lines(self, sheet: str | None, layout: Layout, lines: int, kept: int, width: int) -> None:
        """Note how many lines a table had, how many of them are kept, and how many cells were received."""
        read = TableRead(layout.source, layout.table, sheet or "", lines, kept, lines * width)
        self.verdict.lectures.append(read)

    def count_cells(self, sheet: str | None, cells: int) -> None:
        """Add cells to those of the file; raises Refused beyond the limit."""
        self.cells += cells
        if self.cells > self.limits.max_cells:
            raise Refused(_too_many_cells(sheet, self.limits.max_cells))


def date_slices(reading: Reading) -> None:
    """Give each slice its edition; the last period of a table is what its columns of periods hold."""
    last: dict[tuple[str, str], str] = {}
    for layout, rows in reading.tables.items():
        for column in (c for c in layout.columns if c.type in {"annee_mois", "recensement"}):
            values = (pc.max(pc.cast(t[column.name], pa.string())).as_py() or "" for t in rows)
            key = (layout.source, layout.table)
            last[key] = max([last.get(key, ""), *values])
    tables = {(s.name, t): described for s in reading.catalogue.sources for t, described in s.tables.items()}
    date_editions(reading.verdict.parts, tables, last)


def complete(rows: pa.Table, wanted: list[str]) -> pa.Table:
    """Give rows the same columns whatever the layout: one that it lacks is null."""
    for name in wanted:
        if name not in rows.column_names:
            rows = rows.append_column(name, pa.nulls(rows.num_rows, pa.string()))
    return rows.select(["tranche", "feuille", "ligne", "colonne", *wanted])


def _slice_twice(sheet: str | None, new: Slice, old: Slice) -> Defect:
    return Defect(
        "tranche_en_double",
        f"{new.source} {new.tranche.replace('|', ' ')} est déjà donné par la feuille « {old.feuille} »",
        "ne garder qu'une des deux feuilles",
        feuille=sheet,
    )


def _to_come(sheet: str | None, new: Slice) -> Defect:
    return Defect(
        "periode_a_venir",
        f"{new.source} {new.periode} n'a pas commencé",
        "corriger l'année ou le mois",
        feuille=sheet,
    )


def _too_many_cells(sheet: str | None, most: int) -> Defect:
    return Defect(
        "trop_de_cellules",
        f"le fichier dépasse {number(most)} cellules",
        "déposer le fichier du producteur sans feuille ajoutée, ou relever max_cells dans vigie.toml",
        feuille=sheet,
    )
