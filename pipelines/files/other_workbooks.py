"""What is checked of an .ods or an .xls before any reader opens it: password, macros, links, errors in cells.

OpenDocument 1.3, part 3; [MS-XLS], sections 2.4 and 2.5.
"""

from __future__ import annotations

import struct
import zipfile
from collections.abc import Iterator
from pathlib import Path

import olefile

from pipelines.base.refusal import MAX_SHOWN, Defect, column_letter
from pipelines.files.refusals import RESAVE, damaged, linked, locked, refused, too_large, with_macros
from pipelines.files.sheet_xml import ERROR, UNCOMPUTED, local_name, parse

_LINKS = "Édition ou Données, Liens"

# Records of a BIFF8 stream: [MS-XLS] 2.3.
_BOF, _EOF, _FILEPASS, _BOUNDSHEET, _SUPBOOK, _BOOLERR, _FORMULA = 0x809, 0x0A, 0x2F, 0x85, 0x1AE, 0x205, 0x06
_OWN_BOOK, _ADD_IN = 0x0401, 0x3A01


def check_ods(path: Path, max_expansion_mib: int) -> dict[str, list[Defect]]:
    """Raise Refused unless `path` is a plain .ods; returns sheet → its cells in error."""
    try:
        with zipfile.ZipFile(path) as archive:
            expanded = sum(p.file_size for p in archive.infolist())
            if expanded > max_expansion_mib << 20:
                raise too_large("le classeur", expanded, max_expansion_mib)
            names = archive.namelist()
            if "META-INF/manifest.xml" in names and b"encryption-data" in archive.read("META-INF/manifest.xml"):
                raise locked()
            if any(n.startswith(("Basic/", "Scripts/")) and not n.endswith("/") for n in names):
                raise with_macros()
            for name in (n for n in names if n.endswith(".xml") and n != "content.xml"):
                parse(archive.read(name), lambda tag, attributes: None)
            cells = _OdsCells()
            parse(archive.read("content.xml"), cells.start, cells.end)
            return cells.faults
    except (zipfile.BadZipFile, KeyError, EOFError) as error:
        raise damaged() from error


class _OdsCells:
    """Follows the cells of content.xml; a cell or a row may stand for several of the same."""

    def __init__(self) -> None:
        self.faults: dict[str, list[Defect]] = {}
        self._sheet, self._row, self._column = "", 0, 0

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        own = {local_name(k): v for k, v in attributes.items()}
        if tag in {"table-source", "dde-link"} or "'file:" in own.get("formula", ""):
            raise linked(_LINKS)
        if tag == "table":
            self._sheet, self._row = own.get("name", ""), 0
        elif tag == "table-row":
            self._row += 1
            self._column = 0
        elif tag in {"table-cell", "covered-table-cell"}:
            self._column += 1
            if attributes.get("calcext:value-type") == "error":
                self._note(ERROR)
            elif "formula" in own and "value-type" not in own:
                self._note(UNCOMPUTED)
            self._column += _repeated(own.get("number-columns-repeated")) - 1
        if tag == "table-row":
            self._repeat = _repeated(own.get("number-rows-repeated"))

    def end(self, tag: str) -> None:
        if tag == "table-row":
            self._row += self._repeat - 1

    def _note(self, fault: tuple[str, str, str]) -> None:
        found = self.faults.setdefault(self._sheet, [])
        if len(found) < MAX_SHOWN:
            found.append(_defect(fault, self._sheet, self._row, self._column))


def _repeated(text: str | None) -> int:
    return int(text) if text and text.isdigit() and len(text) < 8 else 1


def check_xls(path: Path) -> dict[str, list[Defect]]:
    """Raise Refused unless `path` is a plain .xls of Excel 97 or later; returns sheet → its cells in error."""
    try:
        with olefile.OleFileIO(path) as container:
            streams = {"/".join(parts).casefold() for parts in container.listdir(streams=True, storages=True)}
            if streams & {"encryptedpackage", "encryptioninfo"}:
                raise locked()
            if any(s.startswith("_vba_project") for s in streams):
                raise with_macros()
            if "workbook" not in streams:
                found = "le fichier est d'un format ancien qui n'est pas celui d'un classeur Excel 97 ou plus récent"
                raise refused("pas_un_classeur", found, RESAVE)
            return _xls_faults(container.openstream("Workbook").read())
    except (OSError, struct.error, IndexError, UnicodeDecodeError) as error:
        raise damaged() from error


def biff_records(stream: bytes) -> Iterator[tuple[int, int, bytes]]:
    """(offset, kind, content) of each record of a BIFF stream."""
    at = 0
    while at + 4 <= len(stream):
        kind, size = struct.unpack_from("<HH", stream, at)
        yield at, kind, stream[at + 4 : at + 4 + size]
        at += 4 + size


def _xls_faults(stream: bytes) -> dict[str, list[Defect]]:
    sheets: dict[int, str] = {}
    faults: dict[str, list[Defect]] = {}
    sheet = ""
    for at, kind, content in biff_records(stream):
        if kind == _FILEPASS:
            raise locked()
        if kind == _BOUNDSHEET:
            sheets[struct.unpack_from("<I", content)[0]] = _short_text(content[6:])
        elif kind == _SUPBOOK and struct.unpack_from("<H", content, 2)[0] not in {_OWN_BOOK, _ADD_IN}:
            raise linked(_LINKS)
        elif kind == _BOF and at in sheets:
            sheet = sheets[at]
        elif sheet and (
            (kind == _BOOLERR and len(content) >= 8 and content[7] == 1)
            or (kind == _FORMULA and content[12:14] == b"\xff\xff" and content[6] == 2)
        ):
            row, column = struct.unpack_from("<HH", content)
            found = faults.setdefault(sheet, [])
            if len(found) < MAX_SHOWN:
                found.append(_defect(ERROR, sheet, row + 1, column + 1))
    return faults


def _short_text(content: bytes) -> str:
    """ShortXLUnicodeString: a count of characters, a flag, then one or two bytes a character."""
    size, wide = content[0], content[1] & 1
    return content[2 : 2 + size * (1 + wide)].decode("utf-16-le" if wide else "latin-1")


def _defect(fault: tuple[str, str, str], sheet: str, row: int, column: int) -> Defect:
    code, found, remedy = fault
    return Defect(code, found, remedy, sheet, row, column_letter(column), "un nombre, ou une cellule vide")
