"""From bytes to sheets: the grids of a workbook. Nothing here knows what they mean."""

from __future__ import annotations

import zipfile
from dataclasses import dataclass
from pathlib import Path

from python_calamine import CalamineWorkbook

from pipelines.intake.guard import check_workbook
from pipelines.intake.refusal import Refused

Grid = list[list[object]]
_DEMONSTRATION_TITLE = "Données de démonstration"


@dataclass
class Workbook:
    """The sheets of a checked .xlsx, in order."""

    path: Path
    max_expansion_mib: int

    def __post_init__(self) -> None:
        self._faults = check_workbook(self.path, self.max_expansion_mib)
        self._book = CalamineWorkbook.from_path(str(self.path))
        self.names: list[str] = self._book.sheet_names

    def cells(self, name: str) -> int:
        """How many cells the sheet spans, known before they are made."""
        sheet = self._book.get_sheet_by_name(name)
        return sheet.total_height * sheet.total_width

    def grid(self, name: str) -> Grid:
        """Cells by row, from A1."""
        return self._book.get_sheet_by_name(name).to_python(skip_empty_area=False)

    def refuse_faults(self, name: str) -> None:
        """Raise Refused for the cells of a sheet that readers would show as empty."""
        if self._faults.get(name):
            raise Refused(self._faults[name])

    def says_demonstration(self) -> bool:
        """Whether the document's own properties call it a demonstration, whatever became of its sheets."""
        with zipfile.ZipFile(self.path) as archive:
            if "docProps/core.xml" not in archive.namelist():
                return False
            return _DEMONSTRATION_TITLE.encode() in archive.read("docProps/core.xml")
