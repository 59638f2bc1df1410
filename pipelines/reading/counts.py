"""Cells that hold counts: natural numbers, or nothing."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence

import pyarrow as pa
import pyarrow.compute as pc

from pipelines.base.refusal import Defect, at_cell, column_letter
from pipelines.personal.detect import misplaced_text, personal_cell
from pipelines.reading.recognise import Grid, text
from pipelines.reading.types import MAX_COUNT, TYPES

_GROUPED = re.compile(r"[0-9]{1,3}(?: [0-9]{3})+")
_DIGITS = re.compile(r"[0-9]{1,15}")
# A sheet that is wrong everywhere needs no longer list.
_MOST = 200


def read_counts(
    sheet: str, grid: Grid, body: list[int], columns: list[int], marks: Collection[str] = ()
) -> tuple[pa.Array, list[Defect], dict[int, str]]:
    """Read every crossing row by row as int64 with nulls, a defect for each cell that is not a natural number, and the
    crossings, by their number from 0, that hold one of `marks` instead.
    """
    chunks: list[pa.Array] = []
    defects: list[Defect] = []
    marked: dict[int, str] = {}
    contiguous = columns == list(range(columns[0], columns[-1] + 1)) if columns else False
    for r in body:
        if len(defects) >= _MOST:
            break
        line = grid[r][columns[0] : columns[-1] + 1] if contiguous else [grid[r][c] for c in columns]
        try:
            if any(v is True or v is False for v in line):
                raise TypeError("a truth value is no count")
            numbers = pa.array([None if v == "" else v for v in line], pa.float64())
        except (pa.ArrowInvalid, pa.ArrowTypeError, TypeError):
            numbers, bad, marks_of_line = _one_by_one(sheet, r, columns, line, marks)
            defects += bad
            marked |= {len(chunks) * len(columns) + i: mark for i, mark in marks_of_line.items()}
        off = pc.or_(pc.not_equal(numbers, pc.floor(numbers)), pc.less(numbers, 0))
        off = pc.or_(off, pc.greater(numbers, MAX_COUNT))
        if pc.any(off).as_py():
            for i, is_off in enumerate(off.to_pylist()):
                if is_off:
                    defects.append(_not_a_count(sheet, r, columns[i], line[i]))
            continue
        chunks.append(numbers.cast(pa.int64()))
    return pa.chunked_array(chunks, pa.int64()).combine_chunks(), defects, marked


def _one_by_one(
    sheet: str, row: int, columns: list[int], line: Sequence[object], marks: Collection[str]
) -> tuple[pa.Array, list[Defect], dict[int, str]]:
    numbers: list[float | None] = []
    defects: list[Defect] = []
    marked: dict[int, str] = {}
    for i, (c, value) in enumerate(zip(columns, line, strict=True)):
        # A number stored as text, with the spaces of French thousands, is still that number.
        written = text(value).replace("\u00a0", " ").replace("\u202f", " ").strip()
        compact = written.replace(" ", "") if _GROUPED.fullmatch(written) else written
        if value is None or compact == "":
            numbers.append(None)
        elif written in marks:
            numbers.append(None)
            marked[i] = written
        elif isinstance(value, (int, float)) and not isinstance(value, bool):
            numbers.append(float(value))
        elif _DIGITS.fullmatch(compact):
            numbers.append(float(compact))
        else:
            numbers.append(None)
            defects.append(_not_a_count(sheet, row, c, value))
    return pa.array(numbers, pa.float64()), defects, marked


def _not_a_count(sheet: str, row: int, column: int, value: object) -> Defect:
    shown = misplaced_text(text(value))
    if shown is None:
        return personal_cell(sheet, row + 1, column_letter(column + 1))
    return at_cell(
        sheet, row, column, "valeur_illisible", f"{shown} n'est pas un nombre de faits",
        "écrire un nombre entier, ou laisser la cellule vide si la valeur n'est pas connue (jamais 0 à sa place)",
        TYPES["nombre"].expected,
    )  # fmt: skip
