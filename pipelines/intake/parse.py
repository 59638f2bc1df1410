"""One received file → raw Parquet and a verdict. Runs in the worker child, never in the load itself."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from pipelines.intake.catalogue import Catalogue, Layout, tidy
from pipelines.intake.guard import is_workbook
from pipelines.intake.matrix import read_matrix
from pipelines.intake.opening import TextFile, Workbook, open_text, read_lines
from pipelines.intake.periods import Period
from pipelines.intake.personal import personal_headers
from pipelines.intake.raw import file_of, write_draft
from pipelines.intake.recognise import Attempt, Grid, ListMatch, cell, header_defects, recognise, settle, text
from pipelines.intake.records import Records, read_records
from pipelines.intake.refusal import Defect, Refused
from pipelines.intake.slices import Slice, date_editions

DEMONSTRATION, REAL = "demonstration", "reelle"
# Headers stand among the first lines that hold something.
_HEADER_ROWS = 5
# Nobody corrects more places than this before asking the producer again.
_MOST_DEFECTS = 500


@dataclass(frozen=True)
class Limits:
    """What a received file may cost."""

    max_expansion_mib: int
    max_cells: int
    today: dt.date


@dataclass
class Verdict:
    """Accepted when `defects` is empty; then `parts` says what the raw files hold."""

    nature: str = REAL
    parts: list[Slice] = field(default_factory=list)
    defects: list[dict[str, object]] = field(default_factory=list)
    # The stem of the raw files that hold the rows.
    fichier: str = ""

    def as_dict(self) -> dict[str, Any]:
        return vars(self) | {"parts": [vars(p) for p in self.parts]}


@dataclass
class _Reading:
    """What is read of one file, sheet after sheet."""

    catalogue: Catalogue
    limits: Limits
    verdict: Verdict = field(default_factory=Verdict)
    tables: dict[Layout, list[pa.Table]] = field(default_factory=lambda: defaultdict(list))
    cells: int = 0

    def take(self, sheet: str | None, layout: Layout, rows: pa.Table, slices: list[Slice]) -> None:
        self.take_slices(sheet, slices)
        self.tables[layout].append(rows)

    def take_slices(self, sheet: str | None, slices: list[Slice]) -> None:
        for new in slices:
            if new.periode and Period.read(new.periode).start > self.limits.today:
                raise Refused([_to_come(sheet, new)])
            for old in self.verdict.parts:
                if (old.source, old.table, old.tranche) == (new.source, new.table, new.tranche):
                    raise Refused([_slice_twice(sheet, new, old)])
        self.verdict.parts += slices

    def count(self, sheet: str | None, cells: int) -> None:
        self.cells += cells
        if self.cells > self.limits.max_cells:
            raise Refused([_too_many_cells(sheet, self.limits.max_cells)])


def parse_file(
    path: Path,
    delivery_id: str,
    raw: Path,
    catalogue: Catalogue,
    limits: Limits,
    progress: Callable[[int, int], None] = lambda done, total: None,
    announce: Callable[[str], None] = lambda sheet: None,
) -> Verdict:
    """Read every sheet with exactly one layout and write `<raw>/<source>/<table>/<delivery_id>.parquet`.

    Nothing is written when a single sheet is refused; every sheet's defects are reported together.
    """
    reading = _Reading(catalogue, limits)
    verdict = reading.verdict
    try:
        for done, total in _workbook(path, reading, announce) if is_workbook(path) else _text(path, reading):
            progress(done, total)
        if not verdict.parts and not verdict.defects:
            raise Refused(
                [
                    Defect(
                        "classeur_vide",
                        "le fichier ne contient aucune donnée",
                        "redéposer le fichier complet",
                    )
                ]
            )
    except Refused as refused:
        verdict.defects += [d.as_dict() for d in refused.defects]
    if verdict.defects:
        verdict.parts = []
        verdict.defects = verdict.defects[:_MOST_DEFECTS]
        return verdict
    _date(reading)
    written: dict[tuple[str, str], list[pa.Table]] = defaultdict(list)
    for layout, rows in reading.tables.items():
        wanted = catalogue.source(layout.source).kept_columns(layout.table)
        written[layout.source, layout.table] += [_complete(t, wanted) for t in rows]
    for (source, table), rows in written.items():
        write_draft(file_of(raw, source, table, delivery_id), [delivery_id], rows, [None] * len(rows))
    verdict.fichier = delivery_id
    return verdict


def parse_texts(
    files: Sequence[tuple[Path, str]], raw: Path, catalogue: Catalogue, limits: Limits
) -> dict[str, Verdict]:
    """The verdict of each of several text files (path, delivery id), those of the same headers read as one table.

    As soon as something in a group is not sound, its halves are read apart, down to the file where it is: that one is
    judged as `parse_file` judges it, and its neighbours are not concerned.
    """
    verdicts: dict[str, Verdict] = {}
    groups: dict[tuple, list[tuple[Path, str, TextFile]]] = defaultdict(list)
    for path, delivery_id in files:
        try:
            file = open_text(path, catalogue.ignored_sheets[0].demonstration_mark)
        except Refused:
            verdicts[delivery_id] = parse_file(path, delivery_id, raw, catalogue, limits)
        else:
            groups[file.first_line, file.header_line].append((path, delivery_id, file))
    todo = list(groups.values())
    while todo:
        group = todo.pop()
        if len(group) == 1:
            [(path, delivery_id, _)] = group
            verdicts[delivery_id] = parse_file(path, delivery_id, raw, catalogue, limits)
            continue
        together = _read_together([(delivery_id, file) for _, delivery_id, file in group], raw, catalogue, limits)
        if together is None:
            todo += [group[: len(group) // 2], group[len(group) // 2 :]]
        else:
            verdicts |= together
    return verdicts


def _read_together(
    files: list[tuple[str, TextFile]], raw: Path, catalogue: Catalogue, limits: Limits
) -> dict[str, Verdict] | None:
    """Verdicts on files of the same headers, all of them sound, or None."""
    ids = [delivery_id for delivery_id, _ in files]
    readings = [_Reading(catalogue, limits) for _ in files]
    try:
        match = _recognise_text(files[0][1], catalogue)
        layout = match.layout
        if catalogue.table(layout).edition == "derniere_periode":
            return None
        lines = read_lines([file for _, file in files], layout.separator)
        if lines.defects:
            return None
        records = Records(None, match.headers, lines.columns, lines.numbers, lines.owners)
        read = read_records(records, layout, catalogue)
        cells = np.bincount(lines.owners.to_numpy(), minlength=len(files)) * len(lines.columns)
        for (_, file), reading, n in zip(files, readings, cells.tolist(), strict=True):
            reading.verdict.nature = DEMONSTRATION if file.marked else REAL
            reading.count(None, n)
        for owner, part in read.owned_slices:
            readings[owner].take_slices(None, [part])
    except Refused:
        return None
    if not all(r.verdict.parts for r in readings):
        return None
    # The name is made of what it holds: the same files read again take the place of their rows.
    stem = f"{hashlib.sha256(' '.join(sorted(ids)).encode()).hexdigest()[:12]}-{len(ids)}"
    for reading in readings:
        _date(reading)
        reading.verdict.fichier = stem
    wanted = catalogue.source(layout.source).kept_columns(layout.table)
    rows = _complete(read.rows, wanted)
    write_draft(file_of(raw, layout.source, layout.table, stem), ids, [rows], [lines.owners])
    return {delivery_id: reading.verdict for delivery_id, reading in zip(ids, readings, strict=True)}


def _workbook(path: Path, reading: _Reading, announce: Callable[[str], None]) -> Iterator[tuple[int, int]]:
    workbook = Workbook(path, reading.limits.max_expansion_mib)
    layouts = reading.catalogue.layouts("xlsx")
    if workbook.says_demonstration():
        reading.verdict.nature = DEMONSTRATION
    for number, sheet in enumerate(workbook.names, start=1):
        announce(sheet)
        try:
            reading.count(sheet, workbook.cells(sheet))
            grid = workbook.grid(sheet)
            mark = _ignored(sheet, grid, reading.catalogue)
            if mark is None:
                _sheet(sheet, grid, layouts, reading)
            elif mark == DEMONSTRATION:
                reading.verdict.nature = DEMONSTRATION
        except Refused as refused:
            reading.verdict.defects += [d.as_dict() for d in refused.defects]
        yield number, len(workbook.names)


def _sheet(sheet: str, grid: Grid, layouts: list[Layout], reading: _Reading) -> None:
    filled = [r for r, row in enumerate(grid) if any(text(v).strip() for v in row)][:_HEADER_ROWS]
    heads = [(r + 1, c + 1, text(v)) for r in filled for c, v in enumerate(grid[r])]
    try:
        match = recognise(sheet, grid, layouts)
    except Refused:
        if personal := personal_headers(sheet, heads):
            raise Refused(personal) from None
        raise
    if isinstance(match, ListMatch):
        records = _records(sheet, grid, match)
        if len(records.lines) or not match.layout.own_format:
            read = read_records(records, match.layout, reading.catalogue)
            reading.take(sheet, match.layout, read.rows, read.slices)
    else:
        matrix = read_matrix(sheet, grid, match, reading.catalogue)
        reading.take(sheet, match.layout, matrix.rows, [matrix.slice])


def _records(sheet: str, grid: Grid, match: ListMatch) -> Records:
    body = [r for r in range(match.row + 1, len(grid)) if any(text(v).strip() for v in grid[r])]
    width = len(match.headers)
    for r in body:
        for c in range(width, len(grid[r])):
            if text(grid[r][c]).strip():
                raise Refused([_beyond(sheet, r, c)])
    columns = [pa.array([cell(grid, r, c) for r in body], pa.string()) for c in range(width)]
    return Records(sheet, match.headers, columns, pa.array([r + 1 for r in body], pa.int32()))


def _text(path: Path, reading: _Reading) -> Iterator[tuple[int, int]]:
    file = open_text(path, reading.catalogue.ignored_sheets[0].demonstration_mark)
    if file.marked:
        reading.verdict.nature = DEMONSTRATION
    match = _recognise_text(file, reading.catalogue)
    lines = read_lines([file], match.layout.separator)
    del file  # its bytes are as large as what was read of them
    if lines.defects:
        raise Refused(lines.defects)
    reading.count(None, len(lines.numbers) * len(lines.columns))
    read = read_records(Records(None, match.headers, lines.columns, lines.numbers), match.layout, reading.catalogue)
    reading.take(None, match.layout, read.rows, read.slices)
    yield 1, 1


def _recognise_text(file: TextFile, catalogue: Catalogue) -> ListMatch:
    layouts = catalogue.layouts("csv")
    attempts = []
    for layout in layouts:
        headers = [tidy(h) for h in file.headers(layout.separator)]
        hits = len(set(headers) & {c.header for c in layout.columns})
        defects = header_defects(None, file.header_line, headers, layout)
        attempts.append(Attempt(ListMatch(layout, file.header_line - 1, headers), hits, True, defects))
    try:
        return settle(None, attempts, layouts)
    except Refused:
        heads = [(file.header_line, i, h) for i, h in enumerate(file.headers(";"), start=1)]
        heads += [(file.header_line, i, h) for i, h in enumerate(file.headers(","), start=1)]
        if personal := personal_headers(None, heads):
            raise Refused(personal) from None
        raise


def _ignored(sheet: str, grid: Grid, catalogue: Catalogue) -> str | None:
    """The nature that a sheet without data declares, or None for a sheet of data."""
    for known in catalogue.ignored_sheets:
        if tidy(sheet) == known.name:
            marked = any(tidy(text(v)).startswith(known.demonstration_mark) for row in grid for v in row)
            return DEMONSTRATION if marked else REAL
    return None if any(text(v) for row in grid for v in row) else REAL


def _date(reading: _Reading) -> None:
    """Give each slice its edition; the last period of a table is what its columns of periods hold."""
    last: dict[tuple[str, str], str] = {}
    for layout, rows in reading.tables.items():
        for column in (c for c in layout.columns if c.type in {"annee_mois", "recensement"}):
            values = (pc.max(pc.cast(t[column.name], pa.string())).as_py() or "" for t in rows)
            key = (layout.source, layout.table)
            last[key] = max([last.get(key, ""), *values])
    tables = {(s.name, t): described for s in reading.catalogue.sources for t, described in s.tables.items()}
    date_editions(reading.verdict.parts, tables, last)


def _complete(rows: pa.Table, wanted: list[str]) -> pa.Table:
    """The same columns whatever the layout: one that it lacks is null."""
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
        attendu="une période commencée",
    )


def _too_many_cells(sheet: str | None, most: int) -> Defect:
    return Defect(
        "trop_de_cellules",
        f"le fichier dépasse {most} cellules",
        "déposer le fichier du producteur sans feuille ajoutée, ou relever max_cells dans vigie.toml",
        feuille=sheet,
    )


def _beyond(sheet: str, row: int, column: int) -> Defect:
    from pipelines.intake.refusal import column_letter

    return Defect(
        "cellule_hors_tableau",
        "une cellule est remplie hors des colonnes du tableau",
        "l'effacer, ou lui donner un en-tête que le format connaît",
        feuille=sheet,
        ligne=row + 1,
        colonne=column_letter(column + 1),
        attendu="une cellule vide",
    )
