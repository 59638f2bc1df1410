"""The records of text files as columns: cut, counted twice, and filtered block by block."""

from __future__ import annotations

import io
import re
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as pa_csv

from pipelines.base.coded import CODED
from pipelines.base.refusal import Defect, Refused, quote
from pipelines.base.wording import mebibytes, plural
from pipelines.files.text_file import TextFile
from pipelines.files.wholeness import check_end

_MOST_BAD_LINES = 20
_DIGIT = re.compile(r"[0-9]")
# A line must fit in a block of the reader, in bytes; none of the known layouts makes one of a thousandth of it.
_LONGEST_LINE = 1 << 20

# Given the columns by position, which records are kept.
Filter = Callable[[dict[int, pa.DictionaryArray]], pa.Array]


@dataclass(frozen=True)
class Lines:
    """A dictionary-encoded column by its position, the line of each record, the file it is of when there are several,
    how many records there were before the filter, a defect for each line that has not as many cells, and the lines of
    words that were passed.
    """

    columns: dict[int, pa.Array]
    numbers: pa.Array
    owners: pa.Array | None
    received: int
    defects: list[Defect] = field(default_factory=list)
    notes: list[int] = field(default_factory=list)


def only(columns: dict[int, pa.DictionaryArray], mask: pa.Array) -> dict[int, pa.DictionaryArray]:
    """The columns without the records for which `mask` is false, nor the values that they alone had."""
    return {i: pc.dictionary_encode(c.filter(mask).dictionary_decode()) for i, c in columns.items()}


def gather(pieces: Sequence[dict[int, pa.Array]], wanted: Collection[int]) -> dict[int, pa.Array]:
    """Columns that come in pieces, each made one; the pieces are emptied, for both do not fit in memory."""
    whole = {}
    for i in wanted:
        chunks = [piece.pop(i) for piece in pieces]
        whole[i] = pa.chunked_array(chunks, CODED).unify_dictionaries().combine_chunks()
    return whole


def read_lines(
    files: Sequence[TextFile],
    separator: str,
    wanted: Collection[int] | None = None,
    kept: Filter | None = None,
    notes: bool = False,
) -> Lines:
    """The records of one file, or of several that have the same headers on the same line, as one table. Columns that
    are not `wanted`, by their positions, are not made. `notes`: a line of words that nothing cuts is passed.

    Raises Refused when a second count of the lines disagrees.
    """
    width = len(files[0].headers(separator))
    reader = _Reader(width, separator, sorted(range(width) if wanted is None else wanted), notes)
    if len(files) == 1:
        return _of_one(files[0], reader, kept)
    bodies = [_without_blanks(f.whole.split(b"\n", f.header_line)[-1].rstrip(b"\n"), separator) for f in files]
    numbers = [_line_numbers(body, f.header_line) for body, f in zip(bodies, files, strict=True)]
    counts = [len(n) for n in numbers]
    columns = reader.read(b"\n".join(bodies), np.concatenate(numbers))
    owners = pa.array(np.repeat(np.arange(len(counts), dtype=np.int32), counts))
    lines = pa.array(np.concatenate(numbers), pa.int32())
    if reader.defects:
        return Lines({}, lines[:0], None, 0, reader.defects)
    mask = kept(columns) if kept else None
    if mask is not None:
        columns = only(columns, mask)
        lines, owners = lines.filter(mask), owners.filter(mask)
    return Lines(columns, lines, owners, sum(counts))


def _of_one(file: TextFile, reader: _Reader, kept: Filter | None) -> Lines:
    pieces, numbers, notes, before, received, block = [], [], [], 0, 0, b""
    for block in file.blocks():
        header = file.header_line if before == 0 else 0
        after = before + block.count(b"\n") + (not block.endswith(b"\n"))
        body = block.split(b"\n", file.header_line)[-1] if before == 0 else block
        if before == 0 and block.count(b"\n") < file.header_line:
            body = b""
        body = _without_blanks(body, reader.separator)
        lines = _line_numbers(body, max(before, file.header_line))
        columns = reader.read(body, lines)
        if reader.passed:
            notes += lines[reader.passed].tolist()
            lines = np.delete(lines, reader.passed)
        received += len(lines)
        if not reader.defects:
            mask = kept(columns) if kept else None
            if mask is not None:
                columns = only(columns, mask)
                lines = lines[mask.to_numpy(zero_copy_only=False)]
            pieces.append(columns)
            numbers.append(lines)
        before = after
    if block:
        check_end(block, reader.separator, before, header)
    if reader.defects:
        return Lines({}, pa.array([], pa.int32()), None, received, reader.defects)
    columns, lines = gather(pieces, reader.wanted), pa.array(np.concatenate(numbers), pa.int32())
    return Lines(columns, lines, None, received, notes=notes)


class _Reader:
    """Cuts blocks of whole lines into columns; `defects` adds up over the blocks."""

    def __init__(self, width: int, separator: str, wanted: list[int], notes: bool = False) -> None:
        self.width, self.separator, self.wanted, self.notes = width, separator, wanted, notes
        self.defects: list[Defect] = []
        self.passed: list[int] = []  # positions, in the last block, of the lines of words

    def read(self, content: bytes, numbers: np.ndarray) -> dict[int, pa.DictionaryArray]:
        """Columns by position; `numbers` are the lines that hold something."""
        if not len(numbers):
            return {i: pa.array([], CODED) for i in self.wanted}
        bad: list[tuple[int | None, int]] = []
        self.passed = []

        def note(row: pa_csv.InvalidRow) -> str:
            if self.notes and row.actual_columns == 1 and row.number and not _DIGIT.search(row.text):
                self.passed.append(row.number - 1)
            else:
                bad.append((row.number, row.actual_columns))
            return "skip"

        names = [str(i) for i in range(self.width)]
        kept = [str(i) for i in self.wanted]
        try:
            table = pa_csv.read_csv(
                io.BytesIO(content),
                read_options=pa_csv.ReadOptions(column_names=names, use_threads=False, block_size=_LONGEST_LINE),
                parse_options=pa_csv.ParseOptions(
                    delimiter=self.separator, ignore_empty_lines=True, invalid_row_handler=note
                ),
                convert_options=pa_csv.ConvertOptions(
                    column_types=dict.fromkeys(kept, CODED),
                    include_columns=kept,
                    strings_can_be_null=False,
                    null_values=[],
                ),
            ).unify_dictionaries()
        except pa.ArrowInvalid:
            _refuse_long_lines(content, int(numbers[0]))
            raise
        # A second count: a line break inside quotes would shift every place that follows.
        records = table.num_rows + len(bad) + len(self.passed)
        if records != len(numbers):
            raise Refused(_other_count(len(numbers), records))
        for row, got in bad[: _MOST_BAD_LINES - len(self.defects)]:
            self.defects.append(
                Defect(
                    "ligne_mal_coupee",
                    f"la ligne a {plural(got, 'cellule')}",
                    "rétablir le nombre de séparateurs de la ligne",
                    ligne=int(numbers[row - 1]) if row else None,
                    attendu=f"{self.width} cellules séparées par {quote(self.separator)}",
                )
            )
        return {int(name): table[name].combine_chunks() for name in kept}


def _other_count(lines: int, records: int) -> Defect:
    return Defect(
        "lignes_incoherentes",
        f"le fichier a {lines} lignes de données, la lecture en trouve {records} : un guillemet n'est pas refermé, ou "
        "une cellule contient un retour à la ligne",
        "retirer les guillemets et les retours à la ligne des cellules, puis redéposer le fichier",
    )


def _refuse_long_lines(content: bytes, first: int) -> None:
    """Raise Refused for the first line that no block can hold, if there is one."""
    for number, line in enumerate(io.BytesIO(content), start=first):
        if len(line) > _LONGEST_LINE:
            raise Refused(
                Defect(
                    "ligne_trop_longue",
                    f"la ligne pèse {mebibytes(len(line))}",
                    "retirer de cette ligne ce qui n'est pas du tableau, puis redéposer le fichier",
                    ligne=number,
                    attendu=f"une ligne de moins de {mebibytes(_LONGEST_LINE)}",
                )
            )


def _without_blanks(content: bytes, separator: str) -> bytes:
    """The same lines, those made of separators and quotes alone emptied: a spreadsheet leaves some at the end."""
    made_of = re.escape(separator.encode()) + rb'" \t'
    blank = re.compile(rb"\n[" + made_of + rb"]+(?=\n|\Z)")
    if re.match(rb"[" + made_of + rb"]+(?:\n|\Z)", content):
        content = content[content.index(b"\n") :] if b"\n" in content else b""
    return blank.sub(b"\n", content)


def _line_numbers(content: bytes, before: int) -> np.ndarray:
    """The numbers of the lines that hold something, the first of `content` being `before` + 1."""
    if not content:
        return np.array([], np.int32)
    if b"\n\n" in content or content.startswith(b"\n"):
        lines = content.split(b"\n")
        return np.array([i for i, line in enumerate(lines, start=before + 1) if line], np.int32)
    last = content.count(b"\n") + (not content.endswith(b"\n"))
    return np.arange(before + 1, before + last + 1, dtype=np.int32)
