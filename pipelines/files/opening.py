"""From bytes to sheets: the grids of a workbook, .xlsx, .ods or .xls. Nothing here knows what they mean."""

from __future__ import annotations

import zipfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import olefile
from python_calamine import CalamineError, CalamineWorkbook, PasswordError

from pipelines.base.refusal import Refused
from pipelines.files.formats import ODS, XLS, workbook_kind
from pipelines.files.guard import check_workbook
from pipelines.files.other_workbooks import check_ods, check_xls
from pipelines.files.refusals import damaged, locked

Grid = Sequence[Sequence[object]]
# (row, column) of the first and of the last cell, from 0.
Range = tuple[tuple[int, int], tuple[int, int]]
_DEMONSTRATION_TITLE = "Données de démonstration"


@dataclass
class Workbook:
    """The sheets of a checked workbook, in order."""

    path: Path
    max_expansion_mib: int

    def __post_init__(self) -> None:
        kind = workbook_kind(self.path)
        if kind == XLS:
            self._faults = check_xls(self.path)
        elif kind == ODS:
            self._faults = check_ods(self.path, self.max_expansion_mib)
        else:
            self._faults = check_workbook(self.path, self.max_expansion_mib)
        try:
            self._book = CalamineWorkbook.from_path(str(self.path))
        except PasswordError as error:
            raise locked() from error
        except CalamineError as error:
            raise damaged() from error
        self.names: list[str] = self._book.sheet_names

    def cells(self, name: str) -> int:
        """How many cells the sheet spans, known before they are made."""
        sheet = self._book.get_sheet_by_name(name)
        return sheet.total_height * sheet.total_width

    def grid(self, name: str) -> Grid:
        """Cells by row, from A1."""
        return self._book.get_sheet_by_name(name).to_python(skip_empty_area=False)

    def merged(self, name: str) -> list[Range]:
        """The groups of merged cells of a sheet; none is known of an .ods."""
        return self._book.get_sheet_by_name(name).merged_cell_ranges or []

    def refuse_faults(self, name: str) -> None:
        """Raise Refused for the cells of a sheet that readers would show as empty."""
        if self._faults.get(name):
            raise Refused(*self._faults[name])

    def says_demonstration(self) -> bool:
        """Whether the document's own properties call it a demonstration, whatever became of its sheets."""
        if workbook_kind(self.path) == XLS:
            return _DEMONSTRATION_TITLE in _title_of_xls(self.path)
        with zipfile.ZipFile(self.path) as archive:
            held = [archive.read(n) for n in ("docProps/core.xml", "meta.xml") if n in archive.namelist()]
        return any(_DEMONSTRATION_TITLE.encode() in part for part in held)


def _title_of_xls(path: Path) -> str:
    with olefile.OleFileIO(path) as container:
        title = container.get_metadata().title or b""
    return title.decode("utf-8", "replace")
