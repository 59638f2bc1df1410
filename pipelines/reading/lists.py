"""Lists that are no sheet of a workbook: a text file or a Parquet file alone, or many texts of the same headers as one
table.
"""

from __future__ import annotations

import hashlib
import io
from collections.abc import Iterator, Sequence
from functools import partial
from pathlib import Path

import numpy as np

from pipelines.base.refusal import Defect, Refused, quote
from pipelines.base.spelling import tidy
from pipelines.catalogue.code_lists import code_list
from pipelines.catalogue.model import Catalogue, Layout
from pipelines.files.formats import GEOJSON, Content
from pipelines.files.geojson import GeoJson
from pipelines.files.lines import Filter, Lines, read_lines
from pipelines.files.parquet_file import ParquetFile
from pipelines.files.text_file import TextFile, open_text
from pipelines.files.whole_file import look_at_text
from pipelines.files.wholeness import ends_whole
from pipelines.home.raw import file_of, write_draft
from pipelines.personal.detect import personal_headers
from pipelines.reading.around_table import note_passed, table_alone
from pipelines.reading.gathering import Reading, complete, date_slices
from pipelines.reading.headers import Headers, header_defects, is_whole, misspelt, place_headers
from pipelines.reading.received import Records
from pipelines.reading.recognise import Attempt, ListMatch, refuse_unused, settle
from pipelines.reading.records import UNTOUCHED, answered, read_records
from pipelines.reading.territory import kept_records
from pipelines.reading.verdict import DEMONSTRATION, REAL, Limits, Verdict
from pipelines.reading.whose import refuse_of_another

# What people and portals put between cells, and how it is called.
_SEPARATORS = {";": "le point-virgule", ",": "la virgule", "\t": "la tabulation", "|": "la barre verticale"}


def read_text(content: Content, reading: Reading) -> Iterator[tuple[int, int]]:
    """Read a text file into `reading`; yields (done, total)."""
    file = open_text(content.open, reading.catalogue.ignored_sheets[0].demonstration_mark)
    if file.marked:
        reading.verdict.nature = DEMONSTRATION
    file, match = _with_headers(file, reading.catalogue)
    reading.meet(match.layout)
    kept, own = filter_of(match, reading), match.layout.own_format
    lines = read_lines([file], separator_of(file, match), _wanted(match), kept, notes=own)
    del file  # its bytes are as large as what was read of them
    _take(match, lines, reading)
    yield 1, 1


def read_parquet(path: Path, reading: Reading) -> Iterator[tuple[int, int]]:
    """Read a Parquet file into `reading`; yields (done, total)."""
    file = ParquetFile(path, reading.limits.max_expansion_mib)
    layouts = reading.catalogue.layouts("parquet", "liste")
    headers = [tidy(h) for h in file.headers]
    refuse_unused(None, [headers], reading.catalogue)
    attempts = [_attempt(headers, layout, 0, reading.catalogue) for layout in layouts]
    match = _settled(attempts, layouts, [(0, i, h) for i, h in enumerate(headers, start=1)])
    reading.meet(match.layout)
    _take(match, file.read(_wanted(match), filter_of(match, reading)), reading, typed=True)
    yield 1, 1


def read_geojson(content: Content, reading: Reading) -> Iterator[tuple[int, int]]:
    """Read a GeoJSON collection into `reading`; yields (done, total)."""
    layouts = [k for k in reading.catalogue.layouts(GEOJSON, "liste") if GEOJSON in k.formats]
    known = {spelling for k in layouts for c in k.columns for spelling in c.spellings}
    mark = reading.catalogue.ignored_sheets[0].demonstration_mark
    file = GeoJson(content, reading.limits.max_expansion_mib, known, mark)
    if file.marked:
        reading.verdict.nature = DEMONSTRATION
    attempts = [_attempt(file.headers, layout, 1, reading.catalogue) for layout in layouts]
    if all(any(d.code == "en_tete_manquant" for d in a.defects) for a in attempts):
        raise Refused(_without_code(layouts))
    match = settle(None, attempts)
    reading.meet(match.layout)
    _take(match, file.read(_wanted(match), filter_of(match, reading)), reading, typed=True)
    yield 1, 1


def _without_code(layouts: Sequence[Layout]) -> Defect:
    named = [s for k in layouts for c in k.columns if c.type == "code" for s in c.spellings]
    return Defect(
        "contours_sans_code",
        "aucune propriété des contours ne donne le code de leur commune",
        "réexporter les contours avec le code Insee de chaque commune dans une propriété",
        attendu=f"une propriété nommée {' ou '.join(map(quote, dict.fromkeys(named)))}",
    )


def _take(match: ListMatch, lines: Lines, reading: Reading, typed: bool = False) -> None:
    if lines.defects:
        raise Refused(*lines.defects)
    layout, width = match.layout, len(match.headers.received)
    reading.count_cells(None, len(lines.numbers) * width)
    if lines.received and not len(lines.numbers):
        raise Refused(elsewhere(reading.limits))
    received = Records(None, match.headers, lines.columns, lines.numbers, typed=typed)
    records, remarks = table_alone(received, layout)
    reading.verdict.remarks += [note_passed(None, lines.notes)] if lines.notes else []
    reading.verdict.remarks += remarks
    records = answered(records, layout, reading.catalogue)
    if len(received.lines) and not len(records.lines):
        raise Refused(UNTOUCHED)
    refuse_of_another(records, layout, reading.catalogue, reading.limits.own)
    read = read_records(records, layout, reading.catalogue)
    reading.verdict.remarks += read.remarks
    reading.lack(layout, [(name, defect) for _, name, defect in read.lacks])
    reading.count_lines(None, layout, lines.received, len(lines.numbers), width)
    reading.take(None, layout, read.rows, read.slices)


def read_together(
    files: list[tuple[str, TextFile]], raw: Path, catalogue: Catalogue, limits: Limits
) -> dict[str, Verdict] | None:
    """Judge files of the same headers; None unless all of them are sound."""
    ids = [delivery_id for delivery_id, _ in files]
    readings = [Reading(catalogue, limits) for _ in files]
    try:
        match = recognise_text(files[0][1], catalogue)
        layout, width = match.layout, len(match.headers.received)
        if catalogue.table(layout).edition == "derniere_periode" or filter_of(match, readings[0]) is not None:
            return None
        if not all(ends_whole(file.whole) for _, file in files):
            return None
        if layout.own_format and any(look_at_text(partial(io.BytesIO, file.whole)) for _, file in files):
            return None
        lines = read_lines([file for _, file in files], separator_of(files[0][1], match), _wanted(match))
        if lines.defects or lines.owners is None:
            return None
        records = Records(None, match.headers, lines.columns, lines.numbers, lines.owners)
        records, remarks = table_alone(records, layout)
        records = answered(records, layout, catalogue)
        refuse_of_another(records, layout, catalogue, limits.own)
        read = read_records(records, layout, catalogue)
        if read.remarks or remarks:  # each file is told its own
            return None
        counts = np.bincount(lines.owners.to_numpy(), minlength=len(files)).tolist()
        for (_, file), reading, n in zip(files, readings, counts, strict=True):
            reading.verdict.nature = DEMONSTRATION if file.marked else REAL
            reading.count_cells(None, n * width)
            reading.count_lines(None, layout, n, n, width)
        for owner, part in read.owned_slices:
            readings[owner].take_slices(None, [part])
        for owner, name, defect in read.lacks:
            readings[owner].lack(layout, [(name, defect)])
    except Refused:
        return None
    if not all(r.verdict.parts for r in readings):
        return None
    # Named after its deliveries: the same files read again replace their rows.
    stem = f"{hashlib.sha256(' '.join(sorted(ids)).encode()).hexdigest()[:12]}-{len(ids)}"
    for reading in readings:
        date_slices(reading)
        reading.verdict.fichier = stem
    wanted = catalogue.source(layout.source).kept_columns(layout.table)
    rows = complete(read.rows, wanted)
    write_draft(file_of(raw, layout.source, layout.table, stem), ids, [rows], [records.owners])
    return {delivery_id: reading.verdict for delivery_id, reading in zip(ids, readings, strict=True)}


def separator_of(file: TextFile, match: ListMatch) -> str:
    """Find the layout's separator that cuts the headers as they were recognised."""
    cut = (s for s in match.layout.separators if _tidied(file, s) == match.headers.received)
    return next(cut)


def recognise_text(file: TextFile, catalogue: Catalogue) -> ListMatch:
    """Find the one layout of a text file; raises Refused, naming what differs, or the separator when it is that."""
    layouts = catalogue.layouts("csv", "liste")
    heads = {s: _tidied(file, s) for s in {s for k in layouts for s in k.separators} | set(_SEPARATORS)}
    line = file.header_line
    attempts = _attempts(heads, layouts, line, catalogue)
    if all(a.defects for a in attempts):
        refuse_unused(None, heads.values(), catalogue)
        for separator, name in _SEPARATORS.items():
            others = [k for k in layouts if separator not in k.separators]
            if fits := [k for k in others if not _attempt(heads[separator], k, line, catalogue).defects]:
                raise Refused(_other_separator(name, fits[0], line))
    shown = [(line, i, h) for s in (";", ",") for i, h in enumerate(heads[s], start=1)]
    return _settled(attempts, layouts, shown)


def _with_headers(file: TextFile, catalogue: Catalogue) -> tuple[TextFile, ListMatch]:
    """Return the file, and its match; a return may have lines of title above its headers."""
    try:
        return file, recognise_text(file, catalogue)
    except Refused:
        own = [k for k in catalogue.layouts("csv", "liste") if k.own_format]
        for lower in file.below():
            heads = {s: _tidied(lower, s) for k in own for s in k.separators}
            attempts = _attempts(heads, own, lower.header_line, catalogue)
            if any(not a.defects for a in attempts):
                return lower, settle(None, attempts)
        raise


def _tidied(file: TextFile, separator: str) -> list[str]:
    return [tidy(h) for h in file.headers(separator)]


def _attempts(
    heads: dict[str, list[str]], layouts: Sequence[Layout], line: int, catalogue: Catalogue
) -> list[Attempt[ListMatch]]:
    """Try the layouts, whatever separates the cells: those that fit, or how far each is from it."""
    fits = [(k, place_headers(heads[s], k, catalogue.ignored_columns)) for k in layouts for s in k.separators]
    return [_attempted(k, line, fit) for k, fit in [f for f in fits if is_whole(f[1], f[0])] or fits]


def _attempt(headers: list[str], layout: Layout, line: int, catalogue: Catalogue) -> Attempt[ListMatch]:
    return _attempted(layout, line, place_headers(headers, layout, catalogue.ignored_columns))


def _attempted(layout: Layout, line: int, fit: Headers) -> Attempt[ListMatch]:
    defects = header_defects(None, line, fit, layout)
    return Attempt(
        ListMatch(layout, line - 1, fit),
        len(fit.positions),
        True,
        defects,
        fit.loose,
        misspelt(fit, layout),
        len(fit.added),
    )


def _settled(
    attempts: Sequence[Attempt[ListMatch]], layouts: Sequence[Layout], heads: list[tuple[int, int, str]]
) -> ListMatch:
    try:
        return settle(None, attempts)
    except Refused:
        if personal := personal_headers(None, heads):
            raise Refused(*personal) from None
        raise


def _wanted(match: ListMatch) -> set[int]:
    """Return the positions of the columns that are kept, and of those that must hold nothing."""
    if match.layout.own_format:
        return set(range(len(match.headers.received)))
    kept = {c.name for c in match.layout.at("colonne") if c.kept}
    return {i for name, i in match.headers.positions.items() if name in kept} | match.headers.unnamed()


def filter_of(match: ListMatch, reading: Reading) -> Filter | None:
    """Return the filter of the records that the home keeps; None for all of them."""
    kept, column = reading.limits.departements, reading.catalogue.table(match.layout).territory
    if kept is None or column not in match.headers.positions:
        return None
    mask = kept_records(frozenset(code_list("departements.code_departement")), kept)
    position = match.headers.positions[column]
    return lambda columns: mask(columns[position])


def _other_separator(name: str, layout: Layout, line: int) -> Defect:
    wanted = " ou ".join(_SEPARATORS.get(s, quote(s)) for s in layout.separators)
    return Defect(
        "separateur",
        f"les en-têtes sont ceux du modèle « {layout.sheet} », mais le séparateur est {name}"
        if layout.own_format
        else f"les en-têtes sont ceux du layout {layout.name}, mais le séparateur est {name}",
        "rendre le classeur au format .xlsx, ou l'enregistrer en CSV séparé par des points-virgules"
        if layout.own_format
        else "redéposer le fichier tel que le producteur l'a publié ; s'il le publie ainsi, ajouter ce séparateur au "
        "layout dans sources/",
        ligne=line,
        attendu=f"{wanted} entre les cellules",
    )


def elsewhere(limits: Limits) -> Defect:
    """Refuse a file that holds nothing of what the home keeps."""
    return Defect(
        "hors_perimetre",
        "aucune ligne du fichier n'est d'un département que ce dossier garde "
        f"({', '.join(sorted(limits.departements or ()))})",
        "vérifier que le fichier est celui du pays entier, ou ajouter ses départements à comparaison dans vigie.toml",
    )
