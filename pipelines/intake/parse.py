"""One received file → raw Parquet and a verdict. Runs in the worker child, never in the load itself."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import pyarrow as pa

from pipelines.intake.catalogue import Catalogue, Layout, tidy
from pipelines.intake.forms import PARQUET, TEXT, open_content
from pipelines.intake.matrix import read_matrix
from pipelines.intake.opening import Workbook
from pipelines.intake.personal import personal_headers, personal_name_of, sheet_shown
from pipelines.intake.persons import persons_in
from pipelines.intake.raw import file_of, write_draft
from pipelines.intake.reading import DEMONSTRATION, REAL, Limits, Reading, Verdict, complete, date_slices
from pipelines.intake.received import Records
from pipelines.intake.recognise import Grid, ListMatch, cell, read_by, recognise, refuse_unused, text
from pipelines.intake.records import UNTOUCHED, answered, read_records
from pipelines.intake.refusal import Defect, Refused, column_letter, quote
from pipelines.intake.text_file import TextFile, open_text
from pipelines.intake.texts import elsewhere, filter_of, read_parquet, read_text, read_together

# Headers stand among the first lines that hold something.
_HEADER_ROWS = 5
# Nobody corrects more places than this before asking the producer again.
_MOST_DEFECTS = 500


def parse_file(
    path: Path,
    delivery_id: str,
    raw: Path,
    catalogue: Catalogue,
    limits: Limits,
    progress: Callable[[int, int], None] = lambda done, total: None,
    announce: Callable[[str], None] = lambda sheet: None,
    name: str = "",
) -> Verdict:
    """Read every sheet with exactly one layout and write `<raw>/<source>/<table>/<delivery_id>.parquet`.

    Nothing is written when a single sheet is refused; every sheet's defects are reported together. `name` is what the
    sender called the file.
    """
    reading = Reading(catalogue, limits)
    verdict = reading.verdict
    try:
        for done, total in _read(path, raw, reading, announce, name):
            progress(done, total)
        if not verdict.parts and not verdict.defects and reading.untouched:
            raise Refused([UNTOUCHED])
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
    if only_persons := persons_in(path, reading, raw):
        # What else is wrong with the file would quote it.
        verdict.defects, verdict.lectures, verdict.remarks = [d.as_dict() for d in only_persons], [], []
    if verdict.defects:
        verdict.parts = []
        verdict.defects = verdict.defects[:_MOST_DEFECTS]
        return verdict
    date_slices(reading)
    written: dict[tuple[str, str], list[pa.Table]] = defaultdict(list)
    for layout, rows in reading.tables.items():
        wanted = catalogue.source(layout.source).kept_columns(layout.table)
        written[layout.source, layout.table] += [complete(t, wanted) for t in rows]
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
            content = open_content(path, limits.max_expansion_mib)
            if content.form != TEXT:
                raise Refused([])
            file = open_text(content.open, catalogue.ignored_sheets[0].demonstration_mark)
            if file.content is None:
                raise Refused([])
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
        together = read_together([(delivery_id, file) for _, delivery_id, file in group], raw, catalogue, limits)
        if together is None:
            todo += [group[: len(group) // 2], group[len(group) // 2 :]]
        else:
            verdicts |= together
    return verdicts


def _read(
    path: Path, raw: Path, reading: Reading, announce: Callable[[str], None], name: str
) -> Iterator[tuple[int, int]]:
    content = open_content(path, reading.limits.max_expansion_mib)
    if content.form == TEXT:
        yield from read_text(content, reading)
        return
    with content.on_disk(raw) as file:
        yield from read_parquet(file, reading) if content.form == PARQUET else _workbook(file, reading, announce, name)


def _workbook(path: Path, reading: Reading, announce: Callable[[str], None], name: str) -> Iterator[tuple[int, int]]:
    workbook = Workbook(path, reading.limits.max_expansion_mib)
    layouts = reading.catalogue.layouts("xlsx", name=name)
    unnamed = reading.catalogue.unnamed("xlsx", name)
    if workbook.says_demonstration():
        reading.verdict.nature = DEMONSTRATION
    reading.strange |= any(map(personal_name_of, workbook.names))
    for number, sheet in enumerate(workbook.names, start=1):
        shown = sheet_shown(sheet, number)
        announce(shown)
        try:
            reading.count(shown, workbook.cells(sheet))
            grid = workbook.grid(sheet)
            mark = _ignored(sheet, grid, reading.catalogue)
            if mark is None:
                workbook.refuse_faults(sheet)
                _sheet(sheet, grid, layouts, unnamed, reading)
            elif mark == DEMONSTRATION:
                reading.verdict.nature = DEMONSTRATION
        except Refused as refused:
            # What is wrong with the file as a whole is told once, not for each sheet.
            told = reading.verdict.defects
            told += [d for d in map(Defect.as_dict, refused.defects) if d not in told]
        yield number, len(workbook.names)


def _sheet(sheet: str, grid: Grid, layouts: list[Layout], unnamed: list[Layout], reading: Reading) -> None:
    filled = [r for r, row in enumerate(grid) if any(text(v).strip() for v in row)][:_HEADER_ROWS]
    heads = [(r + 1, c + 1, text(v)) for r in filled for c, v in enumerate(grid[r])]
    try:
        match = recognise(sheet, grid, layouts, reading.catalogue.ignored_columns)
        reading.meet(match.layout)
    except Refused:
        reading.strange = True
        refuse_unused(sheet, [[h for line, _, h in heads if line == r + 1] for r in filled], reading.catalogue)
        if personal := personal_headers(sheet, heads):
            raise Refused(personal) from None
        if twins := read_by(sheet, grid, unnamed):
            raise Refused([_without_its_name(twins)]) from None
        raise
    if isinstance(match, ListMatch):
        _list(sheet, grid, match, reading)
    else:
        matrix = read_matrix(sheet, grid, match, reading.catalogue)
        reading.remark(matrix.remarks)
        reading.told(sheet, match.layout, matrix.lines, matrix.lines, matrix.width)
        reading.take(sheet, match.layout, matrix.rows, [matrix.slice])


def _without_its_name(twins: list[Layout]) -> Defect:
    words = " ou ".join(quote(k.name_word) for k in twins)
    return Defect(
        "nom_du_fichier",
        "plusieurs classeurs du producteur s'écrivent ainsi, et le nom du fichier ne permet pas de savoir lequel c'est",
        "redéposer le classeur sous le nom que le producteur lui a donné",
        attendu=f"un nom de fichier dont un des mots est {words}",
    )


def _list(sheet: str, grid: Grid, match: ListMatch, reading: Reading) -> None:
    layout, whole = match.layout, _records(sheet, grid, match)
    keep = filter_of(match, reading)
    received = whole.only(keep(whole.columns)) if keep else whole
    if len(whole.lines) > len(received.lines) == 0:
        raise Refused([elsewhere(reading.limits)])
    records = answered(received, layout, reading.catalogue)
    # A sheet that nobody filled in is as if it were not there.
    reading.untouched |= len(received.lines) > len(records.lines) == 0
    if len(records.lines) or not layout.own_format:
        read = read_records(records, layout, reading.catalogue)
        reading.remark(read.remarks)
        reading.told(sheet, layout, len(whole.lines), len(received.lines), len(match.headers.received))
        reading.take(sheet, layout, read.rows, read.slices)


def _records(sheet: str, grid: Grid, match: ListMatch) -> Records:
    body = [r for r in range(match.row + 1, len(grid)) if any(text(v).strip() for v in grid[r])]
    width = len(match.headers.received)
    for r in body:
        for c in range(width, len(grid[r])):
            if text(grid[r][c]).strip():
                raise Refused([_beyond(sheet, r, c)])
    columns = {c: pa.array([cell(grid, r, c) for r in body], pa.string()) for c in range(width)}
    return Records(sheet, match.headers, columns, pa.array([r + 1 for r in body], pa.int32()), typed=True)


def _ignored(sheet: str, grid: Grid, catalogue: Catalogue) -> str | None:
    """The nature that a sheet without data declares, or None for a sheet of data."""
    for known in catalogue.ignored_sheets:
        if tidy(sheet) == known.name:
            marked = any(tidy(text(v)).startswith(known.demonstration_mark) for row in grid for v in row)
            return DEMONSTRATION if marked else REAL
    return None if any(text(v) for row in grid for v in row) else REAL


def _beyond(sheet: str, row: int, column: int) -> Defect:
    return Defect(
        "cellule_hors_tableau",
        "une cellule est remplie hors des colonnes du tableau",
        "l'effacer, ou lui donner un en-tête que le format connaît",
        feuille=sheet,
        ligne=row + 1,
        colonne=column_letter(column + 1),
        attendu="une cellule vide",
    )
