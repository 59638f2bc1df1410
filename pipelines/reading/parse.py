"""One received file → raw Parquet and a verdict. Runs in the worker child, never in the load itself."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import pyarrow as pa

from pipelines.base.refusal import Defect, Refused, at_cell, column_letter, grouped, quote
from pipelines.base.spelling import folded, tidy
from pipelines.catalogue.model import Catalogue, Layout
from pipelines.files.formats import GEOJSON, PARQUET, TEXT, open_content
from pipelines.files.opening import Range, Workbook
from pipelines.files.text_file import TextFile, open_text
from pipelines.home.raw import file_of, write_draft
from pipelines.personal.detect import personal_headers, personal_name_of, sheet_shown
from pipelines.reading.around_table import table_alone
from pipelines.reading.gathering import Reading, complete, date_slices
from pipelines.reading.lists import elsewhere, filter_of, read_geojson, read_parquet, read_text, read_together
from pipelines.reading.matrix import read_matrix
from pipelines.reading.persons import persons_in
from pipelines.reading.received import Records
from pipelines.reading.recognise import (
    Grid,
    ListMatch,
    cell,
    read_by,
    recognise,
    refuse_turned,
    refuse_unused,
    text,
)
from pipelines.reading.records import UNTOUCHED, answered, read_records
from pipelines.reading.verdict import DEMONSTRATION, REAL, Limits, Verdict
from pipelines.reading.whose import refuse_of_another

# Headers stand among the first lines that hold something.
_HEADER_ROWS = 5
_A_NUMBER = re.compile(r"-?[0-9]{1,3}(?:[ \u00a0\u202f]?[0-9]{3})*(?:[.,][0-9]+)?")
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
            raise Refused(UNTOUCHED)
        if not verdict.parts and not verdict.defects:
            raise Refused(
                Defect(
                    "classeur_vide",
                    "le fichier ne contient aucune donnée",
                    "redéposer le fichier complet",
                )
            )
    except Refused as refused:
        verdict.defects += refused.defects
    if only_persons := persons_in(path, reading, raw):
        # The other defects would quote the person.
        verdict.defects, verdict.lectures, verdict.remarks = only_persons, [], []
    if verdict.defects:
        verdict.parts = []
        verdict.defects = grouped(verdict.defects)[:_MOST_DEFECTS]
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
    """Judge several text files (path, delivery id), those of the same headers read as one table.

    As soon as something in a group is not sound, its halves are read apart, down to the file where it is: that one is
    judged as `parse_file` judges it, and its neighbours are not concerned.
    """
    verdicts: dict[str, Verdict] = {}
    groups: dict[tuple[str, int], list[tuple[Path, str, TextFile]]] = defaultdict(list)
    for path, delivery_id in files:
        try:
            content = open_content(path, limits.max_expansion_mib)
            if content.form != TEXT:
                raise Refused()
            file = open_text(content.open, catalogue.ignored_sheets[0].demonstration_mark)
            if file.content is None:
                raise Refused()
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
    if content.form == GEOJSON:
        yield from read_geojson(content, reading)
        return
    with content.on_disk(raw) as file:
        yield from read_parquet(file, reading) if content.form == PARQUET else _workbook(file, reading, announce, name)


def _workbook(path: Path, reading: Reading, announce: Callable[[str], None], name: str) -> Iterator[tuple[int, int]]:
    workbook = Workbook(path, reading.limits.max_expansion_mib)
    layouts = reading.catalogue.layouts("xlsx", name=name)
    unnamed = reading.catalogue.unnamed("xlsx", name)
    worded: list[tuple[str, Refused]] = []
    if workbook.says_demonstration():
        reading.verdict.nature = DEMONSTRATION
    reading.strange |= any(map(personal_name_of, workbook.names))
    for number, sheet in enumerate(workbook.names, start=1):
        shown = sheet_shown(sheet, number)
        announce(shown)
        try:
            reading.count_cells(shown, workbook.cells(sheet))
            grid = workbook.grid(sheet)
            mark = _ignored(sheet, grid, reading.catalogue)
            if mark is None:
                workbook.refuse_faults(sheet)
                _sheet(sheet, grid, layouts, unnamed, reading, workbook.merged(sheet))
            elif mark == DEMONSTRATION:
                reading.verdict.nature = DEMONSTRATION
        except Refused as refused:
            if _is_unknown(refused) and not _holds_numbers(grid):
                worded.append((sheet, refused))
            else:
                _note(reading, refused)
        yield number, len(workbook.names)
    for sheet, unknown in worded:
        if any(layout.own_format for layout in reading.tables) or reading.untouched:
            reading.verdict.remarks += [_words_only(sheet)]
        else:
            _note(reading, unknown)
    if any(layout.own_format for layout in reading.tables) or reading.untouched:
        defects = reading.verdict.defects
        defects[:] = [_not_of_the_form(d.feuille) if d.code == "feuille_inconnue" else d for d in defects]


def _note(reading: Reading, refused: Refused) -> None:
    """Tell what is wrong with the file as a whole once, not for each sheet."""
    reading.verdict.defects += [d for d in refused.defects if d not in reading.verdict.defects]


def _is_unknown(refused: Refused) -> bool:
    return all(d.code == "feuille_inconnue" for d in refused.defects)


def _holds_numbers(grid: Grid) -> bool:
    return any(isinstance(v, (int, float)) for row in grid for v in row)


def _not_of_the_form(sheet: str | None) -> Defect:
    return Defect(
        "feuille_inconnue",
        "la feuille n'est pas du modèle, et elle contient des nombres",
        "la retirer du classeur, ou écrire ces nombres dans les cases du modèle",
        feuille=sheet,
    )


def _words_only(sheet: str) -> Defect:
    finding = "la feuille ne contient que du texte, et n'est pas du modèle : elle n'a pas été lue"
    return Defect("feuille_passee", finding, "rien", feuille=sheet)


def _sheet(
    sheet: str, grid: Grid, layouts: list[Layout], unnamed: list[Layout], reading: Reading, merged: list[Range]
) -> None:
    filled = [r for r, row in enumerate(grid) if any(text(v).strip() for v in row)][:_HEADER_ROWS]
    heads = [(r + 1, c + 1, text(v)) for r in filled for c, v in enumerate(grid[r])]
    try:
        match = recognise(sheet, grid, layouts, reading.catalogue.ignored_columns)
        reading.meet(match.layout)
    except Refused:
        reading.strange = True
        refuse_turned(sheet, grid, layouts)
        refuse_unused(sheet, [[h for line, _, h in heads if line == r + 1] for r in filled], reading.catalogue)
        if personal := personal_headers(sheet, heads):
            raise Refused(*personal) from None
        if any(k.unless_table and folded(k.name) == folded(sheet) for k in reading.catalogue.ignored_sheets):
            raise Refused(_table_in_notes(sheet)) from None
        if twins := read_by(sheet, grid, unnamed):
            raise Refused(_without_its_name(twins)) from None
        raise
    if isinstance(match, ListMatch):
        if match.layout.own_format and (defects := _merged(sheet, grid, match, merged)):
            raise Refused(*defects)
        _list(sheet, grid, match, reading)
    else:
        matrix = read_matrix(sheet, grid, match, reading.catalogue)
        reading.verdict.remarks += matrix.remarks
        reading.count_lines(sheet, match.layout, matrix.lines, matrix.lines, matrix.width)
        reading.take(sheet, match.layout, matrix.rows, [matrix.slice])


def _without_its_name(twins: list[Layout]) -> Defect:
    words = " ou ".join(quote(k.name_word) for k in twins)
    return Defect(
        "nom_du_fichier",
        "plusieurs classeurs du producteur s'écrivent ainsi, et le nom du fichier ne permet pas de savoir lequel c'est",
        "redéposer le classeur sous le nom que le producteur lui a donné",
        attendu=f"un nom de fichier dont un des mots est {words}",
    )


def _table_in_notes(sheet: str) -> Defect:
    return Defect(
        "tableau_dans_les_notes",
        f"la feuille {quote(sheet)} est faite pour des notes, et porte un tableau de nombres que Vigie ne lit pas",
        "écrire ces nombres dans les feuilles du modèle ; s'ils n'ont pas à être lus, les retirer",
        feuille=sheet,
    )


def _list(sheet: str, grid: Grid, match: ListMatch, reading: Reading) -> None:
    layout, whole = match.layout, _records(sheet, grid, match)
    keep = filter_of(match, reading)
    received = whole.only(keep(whole.columns)) if keep else whole
    if len(whole.lines) > len(received.lines) == 0:
        raise Refused(elsewhere(reading.limits))
    records, remarks = table_alone(received, layout)
    reading.verdict.remarks += remarks
    records = answered(records, layout, reading.catalogue)
    # A sheet that nobody filled in is as if it were not there.
    reading.untouched |= len(received.lines) > len(records.lines) == 0
    if len(records.lines) or not layout.own_format:
        refuse_of_another(records, layout, reading.catalogue, reading.limits.own)
        read = read_records(records, layout, reading.catalogue)
        reading.verdict.remarks += read.remarks
        reading.lack(layout, [(name, defect) for _, name, defect in read.lacks])
        reading.count_lines(sheet, layout, len(whole.lines), len(received.lines), len(match.headers.received))
        reading.take(sheet, layout, read.rows, read.slices)


def _records(sheet: str, grid: Grid, match: ListMatch) -> Records:
    body = [r for r in range(match.row + 1, len(grid)) if any(text(v).strip() for v in grid[r])]
    width = len(match.headers.received)
    if match.layout.own_format:
        width = max([width, *(len(grid[r]) for r in body)])
    for r in body:
        for c in range(width, len(grid[r])):
            if text(grid[r][c]).strip():
                raise Refused(_beyond(sheet, r, c))
    columns = {c: pa.array([cell(grid, r, c) for r in body], pa.string()) for c in range(width)}
    return Records(sheet, match.headers, columns, pa.array([r + 1 for r in body], pa.int32()), typed=True)


def _merged(sheet: str, grid: Grid, match: ListMatch, merged: list[Range]) -> list[Defect]:
    """Return a defect for each group of merged cells that holds something and covers boxes of the table."""
    positions = match.headers.positions
    kept = {positions[c.name] for c in match.layout.at("colonne") if c.kept and c.name in positions}
    defects = []
    for (top, left), (bottom, right) in merged:
        if top > match.row and kept.intersection(range(left, right + 1)) and cell(grid, top, left):
            where = f"{column_letter(left + 1)}{top + 1}:{column_letter(right + 1)}{bottom + 1}"
            finding = f"les cellules {where} sont fusionnées : une seule des cases porte le nombre"
            remedy = "défusionner ces cellules et écrire dans chaque case ce qui est à elle"
            defects.append(at_cell(sheet, top, left, "cellules_fusionnees", finding, remedy, "une valeur par case"))
    return defects


def _ignored(sheet: str, grid: Grid, catalogue: Catalogue) -> str | None:
    """Return the nature that a sheet without data declares, or None for a sheet of data."""
    for known in catalogue.ignored_sheets:
        if folded(sheet) == folded(known.name) and not (known.unless_table and _holds_table(grid)):
            marked = any(tidy(text(v)).startswith(known.demonstration_mark) for row in grid for v in row)
            return DEMONSTRATION if marked else REAL
    return None if any(text(v) for row in grid for v in row) else REAL


def _holds_table(grid: Grid) -> bool:
    """Tell whether numbers stand side by side on several lines: a table in a sheet for notes."""
    return sum(sum(bool(_A_NUMBER.fullmatch(text(v).strip())) for v in row) > 1 for row in grid) > 1


def _beyond(sheet: str, row: int, column: int) -> Defect:
    finding = "une cellule est remplie hors des colonnes du tableau"
    remedy = "l'effacer, ou lui donner un en-tête que le format connaît"
    return at_cell(sheet, row, column, "cellule_hors_tableau", finding, remedy, "une cellule vide")
