"""What people write around the table of a return: notes are passed, totals and stray numbers are named.

A note has no effect on a figure; a number outside of its box may be one that is lost.
"""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from pipelines.base.refusal import Defect, Refused, column_letter
from pipelines.base.spelling import folded
from pipelines.base.wording import plural
from pipelines.catalogue.model import Layout
from pipelines.personal.detect import personal_headers
from pipelines.personal.quotable import shown_header
from pipelines.reading.received import Records
from pipelines.reading.types import tidied

_TOTAL = r"(?i)^(?:sous[ -]?)?(?:total|totaux)\b|^ensemble(?: d.*)?$|^somme$"
_NUMBER = r"^-?[0-9][0-9 .,]*$"
_DIGIT = r"[0-9]"


def table_alone(records: Records, layout: Layout) -> tuple[Records, list[Defect]]:
    """Return (records of a return without the notes and repeated headers around them, remarks for what was passed).

    Raises Refused for a total row, and for a number that stands in no column of the form.
    """
    if not layout.own_format or not len(records.lines):
        return records, []
    cells = {i: _texts(column) for i, column in records.columns.items()}
    _check_outside(records, layout, cells)
    filled = sum(
        (c.indices.is_valid().to_numpy(zero_copy_only=False) for c in cells.values()), np.zeros(len(records.lines), int)
    )
    headers = _repeated_headers(records, cells)
    totals = _totals(records, layout, cells) & ~headers
    if totals.any():
        raise Refused(_total_row(records, int(np.flatnonzero(totals)[0]), int(totals.sum())))
    notes = (filled == 1) & _worded(records, layout, cells) & ~headers
    passed = headers | notes
    if not passed.any():
        return records, []
    return records.only(pa.array(~passed)), [
        note_passed(records.sheet, records.lines.filter(pa.array(passed)).to_pylist())
    ]


def _texts(column: pa.Array) -> pa.DictionaryArray:
    if not pa.types.is_dictionary(column.type):
        column = pc.dictionary_encode(column.cast(pa.string()))
    values = tidied(column.dictionary.cast(pa.string()))
    return pc.dictionary_encode(pc.take(values, column.indices))


def _which(cells: pa.DictionaryArray, pattern: str) -> np.ndarray:
    """Find the cells that hold a match of a pattern, looked for once a distinct text."""
    hit = pc.fill_null(pc.match_substring_regex(cells.dictionary, pattern), False)
    which: np.ndarray = pc.fill_null(pc.take(hit, cells.indices), False).to_numpy(zero_copy_only=False)
    return which


def _kept(records: Records, layout: Layout) -> dict[int, str]:
    """Map positions to the names of the columns that Vigie keeps."""
    positions = records.headers.positions
    return {positions[c.name]: c.name for c in layout.at("colonne") if c.kept and c.name in positions}


def _check_outside(records: Records, layout: Layout, cells: dict[int, pa.DictionaryArray]) -> None:
    """Refuse a number in an added column, or in one without a header: it has lost its box. Words may stand there."""
    names = records.headers.received
    added = sorted(records.headers.added)
    if personal := personal_headers(records.sheet, [(1, i + 1, names[i]) for i in added]):
        raise Refused(*personal)
    for i in (*added, *(i for i in sorted(cells) if i >= len(names) or not names[i])):
        if i not in cells or not (numbers := _which(cells[i], _NUMBER)).any():
            continue
        line = records.lines[int(np.flatnonzero(numbers)[0])].as_py()
        header = f"la colonne {shown_header(names[i], own=True) or 'ajoutée'} n'est pas du modèle" if i in added else ""
        named = header or "la colonne n'a pas d'en-tête"
        raise Refused(Defect(
                "nombre_hors_tableau", f"{named}, et un nombre y est écrit",
                "écrire ce nombre dans sa case du tableau, ou l'effacer ; une remarque en toutes lettres peut rester",
                records.sheet, line, column_letter(i + 1), "une cellule vide, ou un texte",
            ))  # fmt: skip


def _totals(records: Records, layout: Layout, cells: dict[int, pa.DictionaryArray]) -> np.ndarray:
    """Find rows that add up others: one of their names is « Total », where the column has no such value."""
    totals = np.zeros(len(records.lines), bool)
    kept = _kept(records, layout)
    columns = {c.name: c for c in layout.columns}
    unplaced = np.ones(len(records.lines), bool)
    for i, name in kept.items():
        if columns[name].required:
            unplaced &= ~cells[i].indices.is_valid().to_numpy(zero_copy_only=False)
        if columns[name].type in {"nombre", "decimal"}:
            continue
        # The words of a list, « total » among them for some, are its values.
        known = {folded(w) for w in (*columns[name].choices, *(w for w, _ in columns[name].choice_words))}
        own = np.array([v is not None and folded(v) in known for v in cells[i].dictionary.to_pylist()] or [False])
        codes = cells[i].indices.fill_null(-1).to_numpy(zero_copy_only=False)
        listed = np.where(codes >= 0, own[codes], False) if len(own) else totals
        totals |= _which(cells[i], _TOTAL) & ~listed
    for i in cells.keys() - kept.keys():
        totals |= _which(cells[i], _TOTAL) & unplaced
    return totals


def _repeated_headers(records: Records, cells: dict[int, pa.DictionaryArray]) -> np.ndarray:
    """Find rows that write the headers again, as pages pasted under one another do."""
    same = np.zeros(len(records.lines), int)
    for i, column in cells.items():
        header = folded(records.headers.received[i]) if i < len(records.headers.received) else ""
        if header:
            own = pa.array([v is not None and folded(v) == header for v in column.dictionary.to_pylist()], pa.bool_())
            same += pc.fill_null(pc.take(own, column.indices), False).to_numpy(zero_copy_only=False)
    return same > 2


def _worded(records: Records, layout: Layout, cells: dict[int, pa.DictionaryArray]) -> np.ndarray:
    """Find rows whose one cell is words: no number in a column of numbers, and no number alone anywhere."""
    kept, columns = _kept(records, layout), {c.name: c for c in layout.columns}
    stray = np.zeros(len(records.lines), bool)
    for i, column in cells.items():
        numbers = i in kept and columns[kept[i]].type in {"nombre", "decimal"}
        stray |= _which(column, _DIGIT if numbers else _NUMBER)
    return ~stray


def _total_row(records: Records, first: int, count: int) -> Defect:
    more = f" ({plural(count, 'ligne')} de cette sorte)" if count > 1 else ""
    return Defect(
        "ligne_de_total",
        f"la ligne est un total{more}, et Vigie fait elle-même les sommes",
        "effacer cette ligne",
        feuille=records.sheet,
        ligne=records.lines[first].as_py(),
        attendu="une ligne par élément, sans total",
    )


def note_passed(sheet: str | None, lines: list[int]) -> Defect:
    """Remark that lines of words around a table were passed."""
    finding = f"du texte sans chiffre, autour du tableau, n'a pas été lu ({plural(len(lines), 'ligne')})"
    return Defect("note_passee", finding, "rien", feuille=sheet, ligne=lines[0])
