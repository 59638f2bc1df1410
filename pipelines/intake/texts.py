"""Text files: one alone, or many of the same headers as one table."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from pipelines.intake.catalogue import Catalogue, tidy
from pipelines.intake.headers import header_defects, place_headers
from pipelines.intake.opening import Lines, TextFile, open_text, read_lines
from pipelines.intake.personal import personal_headers
from pipelines.intake.raw import file_of, write_draft
from pipelines.intake.reading import DEMONSTRATION, REAL, Limits, Reading, Verdict, complete, date_slices
from pipelines.intake.recognise import Attempt, ListMatch, settle
from pipelines.intake.records import UNTOUCHED, Records, answered, read_records
from pipelines.intake.refusal import Refused
from pipelines.intake.wholeness import cut_short, ends_whole


def read_text(path: Path, reading: Reading) -> Iterator[tuple[int, int]]:
    file = open_text(path, reading.catalogue.ignored_sheets[0].demonstration_mark)
    if file.marked:
        reading.verdict.nature = DEMONSTRATION
    match = _recognise_text(file, reading.catalogue)
    lines = read_lines([file], match.layout.separator)
    _check_end(file, lines)
    del file  # its bytes are as large as what was read of them
    if lines.defects:
        raise Refused(lines.defects)
    reading.count(None, len(lines.numbers) * len(lines.columns))
    received = Records(None, match.headers, lines.columns, lines.numbers)
    records = answered(received, match.layout, reading.catalogue)
    if len(received.lines) and not len(records.lines):
        raise Refused([UNTOUCHED])
    read = read_records(records, match.layout, reading.catalogue)
    reading.remark(read.remarks)
    reading.take(None, match.layout, read.rows, read.slices)
    yield 1, 1


def read_together(
    files: list[tuple[str, TextFile]], raw: Path, catalogue: Catalogue, limits: Limits
) -> dict[str, Verdict] | None:
    """Verdicts on files of the same headers, all of them sound, or None."""
    ids = [delivery_id for delivery_id, _ in files]
    readings = [Reading(catalogue, limits) for _ in files]
    try:
        match = _recognise_text(files[0][1], catalogue)
        layout = match.layout
        if catalogue.table(layout).edition == "derniere_periode":
            return None
        if not all(ends_whole(file.content) for _, file in files):
            return None
        lines = read_lines([file for _, file in files], layout.separator)
        if lines.defects or lines.owners is None:
            return None
        records = Records(None, match.headers, lines.columns, lines.numbers, lines.owners)
        records = answered(records, layout, catalogue)
        read = read_records(records, layout, catalogue)
        if read.remarks:  # each file is told its own
            return None
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
        date_slices(reading)
        reading.verdict.fichier = stem
    wanted = catalogue.source(layout.source).kept_columns(layout.table)
    rows = complete(read.rows, wanted)
    write_draft(file_of(raw, layout.source, layout.table, stem), ids, [rows], [records.owners])
    return {delivery_id: reading.verdict for delivery_id, reading in zip(ids, readings, strict=True)}


def _check_end(file: TextFile, lines: Lines) -> None:
    """Raise Refused for a file that stops in its last record."""
    last = file.content.count(b"\n") + 1
    short = any(d.ligne == last for d in lines.defects)
    if defect := cut_short(file.content, lines.columns, lines.numbers, short):
        raise Refused([defect])


def _recognise_text(file: TextFile, catalogue: Catalogue) -> ListMatch:
    layouts = catalogue.layouts("csv", "liste")
    attempts = []
    for layout in layouts:
        fit = place_headers([tidy(h) for h in file.headers(layout.separator)], layout, catalogue.ignored_columns)
        defects = header_defects(None, file.header_line, fit, layout)
        match = ListMatch(layout, file.header_line - 1, fit)
        attempts.append(Attempt(match, len(fit.positions), True, defects, fit.loose))
    try:
        return settle(None, attempts, layouts)
    except Refused:
        heads = [(file.header_line, i, h) for i, h in enumerate(file.headers(";"), start=1)]
        heads += [(file.header_line, i, h) for i, h in enumerate(file.headers(","), start=1)]
        if personal := personal_headers(None, heads):
            raise Refused(personal) from None
        raise
