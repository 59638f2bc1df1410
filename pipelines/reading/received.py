"""Received records before they are judged, and the defects of what a column holds, each with its place."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import pyarrow as pa

from pipelines.base.refusal import MAX_SHOWN, Defect, Refused, column_letter, quote
from pipelines.catalogue.model import Column, Layout
from pipelines.personal.detect import personal_cell
from pipelines.reading.headers import Headers


@dataclass(frozen=True)
class Records:
    """Received columns by the position of their header, with the place of each; `sheet` is None for a text file.

    `typed`: numbers were stored as numbers, not as text. `owners` says which of several files each record is of; it is
    None when all are of one.
    """

    sheet: str | None
    headers: Headers
    columns: dict[int, pa.Array]
    lines: pa.Array
    owners: pa.Array | None = None
    typed: bool = False

    def only(self, kept: pa.Array) -> Records:
        """Keep the records for which `kept` is true."""
        owners = None if self.owners is None else self.owners.filter(kept)
        columns = {i: column.filter(kept) for i, column in self.columns.items()}
        return replace(self, columns=columns, lines=self.lines.filter(kept), owners=owners)

    def received(self, column: Column) -> pa.Array:
        """Return the cells of a column, as received; what its header carries is the same on every line."""
        if self.lacks(column):
            return pa.nulls(len(self.lines), pa.string())
        if column.place == "colonne":
            return self.columns[self.headers.positions[column.name]]
        same = pa.nulls(len(self.lines), pa.int32()).fill_null(0)
        return pa.DictionaryArray.from_arrays(same, pa.array([self.headers.carried.get(column.name, "")]))

    def lacks(self, column: Column) -> bool:
        """Tell whether the file does without a column that it may lack."""
        return column.optional and column.name not in self.headers.positions

    def place(self, column: Column, layout: Layout) -> str:
        """Say how a reader finds the column: its letter in a workbook, its header in a text file."""
        written = column if column.place == "colonne" else layout.carrier(column)
        if column.optional and written.name not in self.headers.positions:
            return ""
        position = self.headers.positions[written.name]
        return column_letter(position + 1) if self.sheet else self.headers.received[position]


def each(
    records: Records,
    mask: pa.Array,
    place: str,
    code: str,
    finding: str,
    remedy: str,
    received: pa.Array,
    expected: str | Callable[[str], str | None] | None = None,
    show: Callable[[str], str | None] = quote,
) -> list[Defect]:
    """Make a defect of each place, as many as are worth showing; the last says how many are left. A value that may not
    be shown makes the file one that speaks of a person: Refused.
    """
    lines, values = records.lines.filter(mask).to_pylist(), received.filter(mask).to_pylist()
    defects = []
    for i, (line, value) in enumerate(zip(lines[:MAX_SHOWN], values[:MAX_SHOWN], strict=True)):
        more = f" (et {len(lines) - MAX_SHOWN} autres)" if i == MAX_SHOWN - 1 and len(lines) > MAX_SHOWN else ""
        shown = show(value)
        if shown is None:
            raise Refused(personal_cell(records.sheet, line, place))
        wanted = expected(value) if callable(expected) else expected
        defects.append(Defect(code, f"{shown} {finding}{more}", remedy, records.sheet, line, place, wanted))
    return defects


def at_first(records: Records, mask: pa.Array, place: str, code: str, finding: str, remedy: str) -> Defect:
    """Make one defect at the first place, with how many places are the same."""
    lines = records.lines.filter(mask).to_pylist()
    more = f" ({len(lines)} lignes)" if len(lines) > 1 else ""
    return Defect(code, finding + more, remedy, records.sheet, lines[0], place)
