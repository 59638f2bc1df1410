"""From bytes to sheets: a workbook's grids, or the lines of a text file. Nothing here knows what they mean."""

from __future__ import annotations

import codecs
import io
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.csv as pa_csv
from python_calamine import CalamineWorkbook

from pipelines.intake.guard import check_workbook
from pipelines.intake.refusal import Defect, Refused, quote
from pipelines.wording import mebibytes

Grid = list[list[object]]
_MOST_BAD_LINES = 20
# A line must fit in a block of the reader, in bytes; none of the known layouts makes one of a thousandth of it.
_LONGEST_LINE = 1 << 20
_DEMONSTRATION_TITLE = "Données de démonstration"


@dataclass
class Workbook:
    """The sheets of a checked .xlsx, in order."""

    path: Path
    max_expansion_mib: int

    def __post_init__(self) -> None:
        check_workbook(self.path, self.max_expansion_mib)
        self._book = CalamineWorkbook.from_path(str(self.path))
        self.names: list[str] = self._book.sheet_names

    def cells(self, name: str) -> int:
        """How many cells the sheet spans, known before they are made."""
        sheet = self._book.get_sheet_by_name(name)
        return sheet.total_height * sheet.total_width

    def grid(self, name: str) -> Grid:
        """Cells by row, from A1."""
        return self._book.get_sheet_by_name(name).to_python(skip_empty_area=False)

    def says_demonstration(self) -> bool:
        """Whether the document's own properties call it a demonstration, whatever became of its sheets."""
        with zipfile.ZipFile(self.path) as archive:
            if "docProps/core.xml" not in archive.namelist():
                return False
            return _DEMONSTRATION_TITLE.encode() in archive.read("docProps/core.xml")


@dataclass(frozen=True)
class TextFile:
    """A decoded text file: `header_line` counts from 1 and is the line of its headers."""

    content: bytes
    header_line: int
    first_line: str
    marked: bool

    def headers(self, separator: str) -> list[str]:
        """The header cells as this separator cuts them."""
        return [h.strip().strip('"').strip() for h in self.first_line.split(separator)]


@dataclass(frozen=True)
class Lines:
    """A dictionary-encoded column for each header, the line of each record, the file it is of when there are several,
    and a defect for each line that has not as many cells.
    """

    columns: list[pa.Array]
    numbers: pa.Array
    owners: pa.Array | None
    defects: list[Defect]


def read_lines(files: Sequence[TextFile], separator: str) -> Lines:
    """The records of one file, or of several that have the same headers on the same line, as one table.

    Raises Refused when a second count of the lines disagrees.
    """
    first = files[0]
    width = len(first.headers(separator))
    bad: list[tuple[int, int]] = []

    def note(row: pa_csv.InvalidRow) -> str:
        bad.append((row.number or 0, row.actual_columns))
        return "skip"

    names = [str(i) for i in range(width)]
    numbers = [_line_numbers(f.content, f.header_line) for f in files]
    counts = [len(n) for n in numbers]
    lines = np.concatenate(numbers)
    text = pa.dictionary(pa.int32(), pa.string())
    if not len(lines):
        return Lines([pa.array([], text) for _ in names], pa.array([], pa.int32()), None, [])
    bodies = (f.content.split(b"\n", f.header_line)[-1].rstrip(b"\n") for f in files)
    content = first.content if len(files) == 1 else b"\n".join(bodies)
    skipped = first.header_line if len(files) == 1 else 0
    try:
        table = pa_csv.read_csv(
            io.BytesIO(content),
            read_options=pa_csv.ReadOptions(
                column_names=names, use_threads=False, skip_rows=skipped, block_size=_LONGEST_LINE
            ),
            parse_options=pa_csv.ParseOptions(delimiter=separator, ignore_empty_lines=True, invalid_row_handler=note),
            convert_options=pa_csv.ConvertOptions(
                column_types=dict.fromkeys(names, text), strings_can_be_null=False, null_values=[]
            ),
        ).unify_dictionaries()
    except pa.ArrowInvalid:
        _refuse_long_lines(first.content)
        raise
    # A second count: a line break inside quotes would shift every place that follows.
    if table.num_rows + len(bad) != len(lines):
        raise Refused(
            [
                Defect(
                    "lignes_incoherentes",
                    f"le fichier a {len(lines)} lignes de données, la lecture en trouve "
                    f"{table.num_rows + len(bad)} : un guillemet n'est pas refermé, ou une cellule contient un "
                    "retour à la ligne",
                    "retirer les guillemets et les retours à la ligne des cellules, puis redéposer le fichier",
                )
            ]
        )
    defects = []
    for number, got in bad[:_MOST_BAD_LINES]:
        defects.append(
            Defect(
                "ligne_mal_coupee",
                f"la ligne a {got} cellules",
                "rétablir le nombre de séparateurs de la ligne",
                ligne=number or None,
                attendu=f"{width} cellules séparées par {quote(separator)}",
            )
        )
    if bad:
        lines, counts = lines[:0], []
    owners = np.repeat(np.arange(len(counts), dtype=np.int32), counts) if len(files) > 1 else None
    return Lines(
        [c.combine_chunks() for c in table.columns],
        pa.array(lines, pa.int32()),
        None if owners is None else pa.array(owners),
        defects,
    )


def _refuse_long_lines(content: bytes) -> None:
    """Raise Refused for the first line that no block can hold, if there is one."""
    for number, line in enumerate(io.BytesIO(content), start=1):
        if len(line) > _LONGEST_LINE:
            raise Refused(
                [
                    Defect(
                        "ligne_trop_longue",
                        f"la ligne pèse {mebibytes(len(line))}",
                        "retirer de cette ligne ce qui n'est pas du tableau, puis redéposer le fichier",
                        ligne=number,
                        attendu=f"une ligne de moins de {mebibytes(_LONGEST_LINE)}",
                    )
                ]
            )


def open_text(path: Path, mark: str) -> TextFile:
    """Decode a text file: UTF-16 that says so, UTF-8 with or without its mark, or else Windows-1252. The first line may
    say `mark`.
    """
    data = _in_utf8(path.read_bytes())
    if b"\r" in data:
        data = data.replace(b"\r\n", b"\n").replace(b"\r", b"\n")
    # The file may be large: only its first two lines are copied.
    second = data.find(b"\n") + 1
    third = data.find(b"\n", second) if second else -1
    lines = [data[: second - 1 if second else None].decode()]
    if second:
        lines.append(data[second : third if third >= 0 else None].decode())
    marked = lines[0].strip().strip('";,').startswith(mark)
    header = 1 if marked else 0
    if len(lines) <= header or not lines[header].strip():
        raise Refused(
            [Defect("fichier_vide", "le fichier ne contient aucune ligne d'en-tête", "redéposer le fichier complet")]
        )
    return TextFile(data, header + 1, lines[header], marked)


def _in_utf8(data: bytes) -> bytes:
    """The text in UTF-8, without a mark. Raises Refused for what is not text."""
    refusal = Refused(
        [
            Defect(
                "pas_du_texte",
                "le contenu n'est ni un classeur .xlsx ni du texte",
                "déposer le fichier du producteur, en .xlsx ou en .csv",
            )
        ]
    )
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):  # what spreadsheets call « texte Unicode »
        try:
            data = data.decode("utf-16").encode()
        except UnicodeDecodeError:
            raise refusal from None
    if b"\0" in data[:4096]:
        raise refusal
    try:
        data.decode("utf-8")
        return data.removeprefix(codecs.BOM_UTF8)
    except UnicodeDecodeError:
        # cp1252 leaves five bytes undefined; latin-1 has them all and says the same of the others.
        try:
            return data.decode("cp1252").encode()
        except UnicodeDecodeError:
            return data.decode("latin-1").encode()


def _line_numbers(content: bytes, header_line: int) -> np.ndarray:
    """The numbers, from 1, of the lines that hold something after the headers."""
    if b"\n\n" in content:
        lines = content.split(b"\n")
        return np.array([i for i, line in enumerate(lines[header_line:], start=header_line + 1) if line], np.int32)
    last = content.count(b"\n") + (not content.endswith(b"\n"))
    return np.arange(header_line + 1, last + 1, dtype=np.int32)
