"""A sheet in which rows and columns both carry keys and each crossing is one value."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field, replace

import pyarrow as pa

from pipelines.base.refusal import Defect, Refused, column_letter
from pipelines.catalogue.model import Catalogue, Column, SourceTable
from pipelines.reading.counts import read_counts
from pipelines.reading.keys import Side, canonical_keys, check_crosswalks, check_doubles, check_keys, restored_keys
from pipelines.reading.recognise import Grid, Match, cell, text
from pipelines.reading.slices import period_of, text_of
from pipelines.reading.types import split_marks
from pipelines.reading.verdict import Slice

# The places that say one thing of a whole sheet: its title, its own name, the name of its file.
WHOLE_SHEET = {"titre", "feuille", "nom"}


@dataclass(frozen=True)
class SheetRows:
    """Canonical rows of one sheet: one row a crossing, empty crossings included, values as text."""

    rows: pa.Table
    slice: Slice
    remarks: list[Defect] = field(default_factory=list)
    lines: int = 0
    width: int = 0


def read_matrix(sheet: str, grid: Grid, match: Match, catalogue: Catalogue) -> SheetRows:
    """Read the rows (feuille, ligne, colonne, then the layout's canonical columns) of a recognised sheet.

    Raises Refused with every defect found: a key missing, unknown, doubled or absent from a complete list,
    a cell that is not a count (a natural number).
    """
    layout = match.layout
    table = catalogue.table(layout)
    first_row, first_column = match.row + layout.header_rows(), match.column + layout.left_columns()
    body = [r for r in range(first_row, len(grid)) if any(text(v) for v in grid[r][match.column :])]
    width = max((len(grid[r]) for r in body), default=0)
    columns = [
        c
        for c in range(first_column, width)
        if any(cell(grid, match.row + k.row - 1, c) for k in layout.at("entete")) or any(text(grid[r][c]) for r in body)
    ]
    defects: list[Defect] = []
    heads = {k.name: [cell(grid, match.row + k.row - 1, c) for c in columns] for k in layout.at("entete")}
    lefts = {k.name: [cell(grid, r, match.column + k.position - 1) for r in body] for k in layout.at("gauche")}

    def head(column: Column) -> Side:
        return Side(sheet, lambda i: (match.row + column.row, column_letter(columns[i] + 1)))

    def left(column: Column) -> Side:
        return Side(sheet, lambda i: (body[i] + 1, column_letter(match.column + column.position)))

    whole = Side(sheet, lambda _: (None, None))
    for k in (k for k in layout.columns if k.place in WHOLE_SHEET and k.code_list):
        defects += check_keys(whole, replace(k, coverage="connue"), [match.captured[k.name]], catalogue)
    for k in layout.at("entete"):
        heads[k.name], bad = canonical_keys(head(k), k, heads[k.name])
        defects += bad or check_keys(head(k), k, heads[k.name], catalogue)
    remarks: list[Defect] = []
    for k in layout.at("gauche"):
        lefts[k.name], bad, repairs = restored_keys(left(k), k, lefts[k.name])
        defects += bad
        remarks += repairs
        if k.kept:
            defects += check_keys(left(k), k, lefts[k.name], catalogue)
    identity = [k for k in layout.at("gauche") if k.name in table.key_names]
    last = head(layout.at("entete")[-1])
    defects += check_doubles(last, layout.at("entete"), heads)
    defects += check_doubles(left(identity[0]), identity, lefts)
    if not defects:
        defects += check_crosswalks(last, table, match.captured, heads, catalogue)

    measure = layout.at("cellule")[0]
    values, bad, marked = read_counts(sheet, grid, body, columns, dict(measure.marks))
    defects += bad
    if not body or not columns:
        finding = "la feuille porte ses en-têtes mais aucune valeur"
        defects.append(Defect("feuille_sans_valeur", finding, "redéposer le fichier complet", sheet))
    if defects:
        raise Refused(*defects)
    read = _rows(sheet, match, table, body, columns, heads, lefts, values, marked)
    return replace(read, remarks=remarks, lines=len(body), width=len(columns))


def _rows(
    sheet: str,
    match: Match,
    table: SourceTable,
    body: list[int],
    columns: list[int],
    heads: dict[str, list[str]],
    lefts: dict[str, list[str]],
    values: pa.Array,
    marked: dict[int, str],
) -> SheetRows:
    layout = match.layout
    n_rows, n_columns = len(body), len(columns)
    across = pa.array(list(range(n_columns)) * n_rows, pa.int32())
    down = pa.array([i for i in range(n_rows) for _ in range(n_columns)], pa.int32())

    def spread(keys: list[str], index: pa.Array) -> pa.Array:
        return pa.DictionaryArray.from_arrays(index, pa.array(keys, pa.string()))

    def same(value: str) -> pa.Array:
        return pa.DictionaryArray.from_arrays(pa.nulls(len(values), pa.int32()).fill_null(0), pa.array([value]))

    tranche = text_of(table.slice_parts, match.captured)
    held: dict[str, pa.Array] = {
        "tranche": same(tranche),
        "feuille": same(sheet),
        "ligne": pa.array([r + 1 for r in body for _ in range(n_columns)], pa.int32()),
        "colonne": spread([column_letter(c + 1) for c in columns], across),
    }
    for k in (k for k in layout.columns if k.kept):
        if k.place in WHOLE_SHEET:
            held[k.name] = same(match.captured[k.name])
        elif k.place == "entete":
            held[k.name] = spread(heads[k.name], across)
        elif k.place == "gauche":
            held[k.name] = spread(lefts[k.name], down)
        else:
            held[k.name] = values.cast(pa.string()).dictionary_encode()
            received = pa.array([marked.get(i) for i in range(len(values))], pa.string()) if marked else None
            for name, column in split_marks(k, received)[1].items() if marked else ():
                held[name] = column.dictionary_encode()
    digest = hashlib.sha256()
    for name in [*heads, *lefts]:
        digest.update("\x1f".join([name, *(heads | lefts)[name]]).encode() + b"\x1e")
    # The separator of an empty cell is not that of a 0: a value that became missing is other content.
    texts = ("" if v is None else str(v) for v in values.to_pylist())
    digest.update(",".join(marked.get(i, v) for i, v in enumerate(texts)).encode())
    return SheetRows(
        rows=pa.table(held),
        slice=Slice(
            source=layout.source,
            table=layout.table,
            tranche=tranche,
            periode=period_of(table.period_parts, match.captured),
            edition="",
            layout=layout.name,
            feuille=sheet,
            lignes=len(values),
            cellules=len(values) - values.null_count,
            vides=values.null_count,
            empreinte=digest.hexdigest(),
        ),
    )
