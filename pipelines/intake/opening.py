"""From bytes to sheets: a workbook's grids, or the lines of a text file. Nothing here knows what they mean."""

from __future__ import annotations

import io
import zipfile
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa
import pyarrow.csv as pa_csv
from python_calamine import CalamineWorkbook

from pipelines.intake.guard import check_workbook
from pipelines.intake.refusal import Defect, Refused, quote

Grid = list[list[object]]
_ZIP, _OLE = b"PK", b"\xd0\xcf\x11\xe0"
_MOST_BAD_LINES = 20
_DEMONSTRATION_TITLE = "Données de démonstration"


def is_workbook(path: Path) -> bool:
    """Whether the content announces a workbook (or what only a workbook reader may judge)."""
    with path.open("rb") as stream:
        return stream.read(4).startswith((_ZIP, _OLE))


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

    def records(self, separator: str) -> tuple[list[pa.Array], pa.Array, list[Defect]]:
        """(a string array per column, the line number of each record, lines that do not have as many cells)."""
        width = len(self.headers(separator))
        bad: list[tuple[int, int]] = []

        def note(row: pa_csv.InvalidRow) -> str:
            bad.append((row.number or 0, row.actual_columns))
            return "skip"

        names = [str(i) for i in range(width)]
        body = self.content
        lines = _line_numbers(body, self.header_line)
        if not lines:
            return [pa.array([], pa.string()) for _ in names], pa.array([], pa.int32()), []
        table = pa_csv.read_csv(
            io.BytesIO(body),
            read_options=pa_csv.ReadOptions(column_names=names, use_threads=False, skip_rows=self.header_line),
            parse_options=pa_csv.ParseOptions(delimiter=separator, ignore_empty_lines=True, invalid_row_handler=note),
            convert_options=pa_csv.ConvertOptions(
                column_types=dict.fromkeys(names, pa.string()), strings_can_be_null=False, null_values=[]
            ),
        )
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
        numbers = pa.array(lines, pa.int32())
        if bad:
            numbers = pa.array([], pa.int32())
        return [c.combine_chunks() for c in table.columns], numbers, defects


def open_text(path: Path, mark: str) -> TextFile:
    """Decode a text file: UTF-8, with or without its mark, or else Windows-1252. The first line may say `mark`."""
    data = path.read_bytes()
    if b"\0" in data[:4096]:
        raise Refused(
            [
                Defect(
                    "pas_du_texte",
                    "le contenu n'est ni un classeur .xlsx ni du texte",
                    "déposer le fichier du producteur, en .xlsx ou en .csv",
                )
            ]
        )
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        # cp1252 leaves five bytes undefined; latin-1 has them all and says the same of the others.
        try:
            text = data.decode("cp1252")
        except UnicodeDecodeError:
            text = data.decode("latin-1")
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    lines = text.split("\n", 2)
    marked = lines[0].strip().strip('";,').startswith(mark)
    header = 1 if marked else 0
    if not text.strip() or len(lines) <= header or not lines[header].strip():
        raise Refused(
            [Defect("fichier_vide", "le fichier ne contient aucune ligne d'en-tête", "redéposer le fichier complet")]
        )
    return TextFile(text.encode(), header + 1, lines[header], marked)


def _line_numbers(content: bytes, header_line: int) -> list[int]:
    """The numbers, from 1, of the lines that hold something after the headers."""
    lines = content.split(b"\n")
    return [i for i, line in enumerate(lines[header_line:], start=header_line + 1) if line]
