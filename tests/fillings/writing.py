"""Forms as files: a workbook by openpyxl, the same saved by LibreOffice in each of its formats, a text."""

from __future__ import annotations

import csv
import datetime as dt
import io
import shutil
import subprocess
from collections.abc import Iterable
from pathlib import Path

import openpyxl

from tests.fillings.forms import Book, Cell

# How LibreOffice calls what it writes → extension. The text is what « Enregistrer sous… CSV » gives in French.
SAVED = {
    "xlsx_libreoffice": ("xlsx:Calc MS Excel 2007 XML", "xlsx"),
    "ods": ("ods", "ods"),
    "xls": ("xls:MS Excel 97", "xls"),
}


def workbook(book: Book, file: Path) -> None:
    """An .xlsx; a text that starts with `=` is a formula."""
    made = openpyxl.Workbook()
    made.remove(made.active)
    for name, sheet in book.items():
        page = made.create_sheet(name)
        for row in sheet.rows:
            page.append(row)
        for (row, column), code in sheet.formats.items():
            page.cell(row, column).number_format = code
        for top, left, bottom, right in sheet.merged:
            page.merge_cells(start_row=top, start_column=left, end_row=bottom, end_column=right)
        if sheet.hidden:
            page.sheet_state = "hidden"
    made.save(file)


def text(book: Book, name: str, separator: str = ";", decimal: str = ",", quoting: int = csv.QUOTE_MINIMAL) -> str:
    """One sheet as text, numbers with the decimal sign of the country."""
    stream = io.StringIO(newline="")
    writer = csv.writer(stream, delimiter=separator, lineterminator="\r\n", quoting=quoting)
    writer.writerows([_shown(v, decimal) for v in row] for row in book[name].rows)
    return stream.getvalue()


def _shown(value: Cell, decimal: str) -> str:
    if value is None:
        return ""
    if isinstance(value, dt.date):
        return value.strftime("%d/%m/%Y")
    return str(value).replace(".", decimal) if isinstance(value, float) else str(value)


def saved_by_libreoffice(files: Iterable[Path], kind: str, folder: Path) -> None:
    """Each workbook opened and saved by LibreOffice itself, in one run of it."""
    target, _ = SAVED[kind]
    profile = f"-env:UserInstallation=file://{folder}/profil"
    command = [shutil.which("libreoffice"), profile, "--headless", "--convert-to", target, "--outdir", str(folder)]
    done = subprocess.run([*command, *map(str, files)], capture_output=True, text=True, timeout=300, check=False)
    assert done.returncode == 0, done.stderr
