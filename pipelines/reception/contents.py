"""What the deliveries of a slice of a return say, row by row: noted in the register from the raw rows.

Only the slices that several deliveries hold are looked at. The answers count, neither the edition nor the place.
"""

# ruff: noqa: S608  (the names put into a query are those of the catalogue)

from __future__ import annotations

import hashlib
import json
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from pipelines.base.sql import literal
from pipelines.catalogue.model import Catalogue, Column, Source
from pipelines.home.raw import file_of
from pipelines.home.register import Register
from pipelines.settings.model import Settings

_NUMBERS = {"nombre", "decimal"}
Slice = tuple[str, str, str, str]  # delivery, source, table, slice


@dataclass(frozen=True)
class Form:
    """The columns of a return's table: those that tell its rows apart within a slice, and those that are answered."""

    keys: tuple[Column, ...]
    answers: tuple[Column, ...]

    @classmethod
    def of(cls, source: Source, table_name: str) -> Form:
        layouts = [k for k in source.layouts if k.table == table_name]
        columns = list({c.name: c for k in layouts for c in k.columns if c.kept and c.type != "edition"}.values())
        table = source.tables[table_name]
        keys = [c for c in columns if c.name in table.key_names - table.placing_names]
        answers = [c for c in columns if c.name not in table.key_names | table.placing_names]
        return cls(tuple(keys), tuple(answers))


@dataclass(frozen=True)
class Line:
    """A raw row: its key, its answers in the order of the form, where it stands."""

    key: tuple[str | None, ...]
    answers: tuple[str | None, ...]
    sheet: str
    line: int


def is_return(source: Source, table: str) -> bool:
    """Tell whether a table is filled in on Vigie's own forms: a newer file of it corrects the one before."""
    return any(k.own_format for k in source.layouts if k.table == table)


def note_contents(settings: Settings, register: Register, catalogue: Catalogue) -> None:
    """Note what the register lacks; what is no longer on disk is noted once the archive has given it again."""
    tables = [(s.name, t) for s in catalogue.sources for t in s.tables if is_return(s, t)]
    wanted = [tuple(r.values()) for r in register.contents_lacking(tables)]
    if not wanted:
        return
    contents = read_lines(settings, register, catalogue, wanted)
    register.note_contents((*place, *_noted(lines)) for place, lines in sorted(contents.items()))


def _noted(lines: list[Line]) -> tuple[str, str]:
    rows = sorted((json.dumps(n.key, ensure_ascii=False), _hash(n.answers), n.sheet, n.line) for n in lines)
    return _hash([r[:2] for r in rows]), json.dumps(rows, ensure_ascii=False)


def _hash(value: object) -> str:
    return hashlib.sha256(json.dumps(value).encode()).hexdigest()[:16]


def read_lines(
    settings: Settings, register: Register, catalogue: Catalogue, wanted: Iterable[Slice]
) -> dict[Slice, list[Line]]:
    """Read the raw rows of slices, for those whose raw file is there."""
    import duckdb

    stems = register.raw_stems()
    by_file: dict[tuple[str, str, str], list[Slice]] = defaultdict(list)
    for place in wanted:
        by_file[place[1], place[2], stems[place[0]][0]].append(place)
    lines: dict[Slice, list[Line]] = {}
    with duckdb.connect() as db:
        for (source, table, stem), places in by_file.items():
            file = file_of(settings.paths.raw, source, table, stem)
            if not file.exists():
                continue
            form = Form.of(catalogue.source(source), table)
            names = [c.name for c in (*form.keys, *form.answers)]
            query = (
                f"select livraison_id, tranche, feuille, ligne, {', '.join(names)} from read_parquet({literal(file)})"
                " where livraison_id in (select unnest(?)) and tranche in (select unnest(?)) order by feuille, ligne"
            )
            asked = [sorted({p[0] for p in places}), sorted({p[3] for p in places})]
            lines |= {place: [] for place in places}
            for delivery, tranche, sheet, number, *cells in db.execute(query, asked).fetchall():
                if (place := (delivery, source, table, tranche)) in lines:
                    key, answers = cells[: len(form.keys)], cells[len(form.keys) :]
                    answered = tuple(map(_plain, form.answers, answers))
                    lines[place].append(Line(tuple(key), answered, sheet or "", number))
    return lines


def _plain(column: Column, value: str | None) -> str | None:
    """Write a number in its one spelling: 7650.00 says what 7650 does."""
    return value if value is None or column.type not in _NUMBERS else format(Decimal(value).normalize(), "f")
