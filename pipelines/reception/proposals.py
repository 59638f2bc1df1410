"""What a correction changes of what is in use, cell by cell."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from dataclasses import dataclass

from pipelines.base.rows import slice_of
from pipelines.catalogue.model import Catalogue, Column
from pipelines.home.corrections import reading
from pipelines.home.register import Register
from pipelines.reception.contents import Form, Line, Slice, read_lines
from pipelines.settings.model import Settings

Key = tuple[str | None, ...]


@dataclass(frozen=True)
class Difference:
    """A cell: the key of its row, its column, and what it says before and after; None is an empty cell."""

    key: Key
    column: Column
    before: str | None
    after: str | None
    new: bool = False  # the row was not there

    @property
    def empties(self) -> bool:
        return self.before is not None and self.after is None


@dataclass(frozen=True)
class Comparison:
    """What a file says otherwise than what is in use of one slice: `absent` rows it has not, `added` rows it brings."""

    form: Form
    differences: list[Difference]
    absent: int
    added: int
    lecture: str  # how its rows read, beside those that are in use


def compare(
    settings: Settings, register: Register, catalogue: Catalogue, rows: Iterable[sqlite3.Row]
) -> dict[Slice, Comparison]:
    """Compare each of these rows of `Register.disputed` with what is in use of its slice."""
    rows = list(rows)
    wanted = {slice_of(s) for s in rows}
    layers: dict[tuple[str, str, str], list[str]] = {}
    for s in register.disputed():
        if (place := slice_of(s)) in wanted and s["retenue"]:
            layers.setdefault(place, []).append(s["livraison_id"])
    asked = {(s["livraison_id"], *slice_of(s)) for s in rows}
    asked |= {(delivery, *place) for place, ids in layers.items() for delivery in ids}
    lines = read_lines(settings, register, catalogue, sorted(asked))
    comparisons = {}
    for s in rows:
        place = slice_of(s)
        proposed = _by_key(lines.get((s["livraison_id"], *place), []))
        used: dict[Key, Line] = {}
        for delivery in reversed(layers.get(place, [])):
            used |= _by_key(lines.get((delivery, *place), []))
        form = Form.of(catalogue.source(s["source"]), s["table_nom"])
        comparisons[s["livraison_id"], *place] = _compared(form, used, proposed)
    return comparisons


def _by_key(lines: list[Line]) -> dict[Key, Line]:
    return {line.key: line for line in lines}


def _compared(form: Form, used: dict[Key, Line], proposed: dict[Key, Line]) -> Comparison:
    differences = []
    for key, line in proposed.items():
        old = used.get(key)
        for i, column in enumerate(form.answers):
            before = old.answers[i] if old else None
            if before != line.answers[i]:
                differences.append(Difference(key, column, before, line.answers[i], new=old is None))
    absent, added = len(used.keys() - proposed.keys()), len(proposed.keys() - used.keys())
    return Comparison(form, differences, absent, added, reading(proposed, used))
