"""The number formats of a workbook, each created once."""

from __future__ import annotations

import xlsxwriter

# The format that the unit of a line asks.
BY_UNIT = "unite"


class Formats(dict):
    """Create each number format of a workbook once."""

    def __init__(self, book: xlsxwriter.Workbook) -> None:
        super().__init__()
        self._book = book

    def __missing__(self, text: str) -> xlsxwriter.format.Format:
        look: xlsxwriter.format.Format = self._book.add_format({"num_format": text})
        self[text] = look
        return look
