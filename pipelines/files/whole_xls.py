"""Every text of a .xls: runs of characters in its records, in one byte or two each, and in its properties."""

from __future__ import annotations

import re
import struct
from bisect import bisect_right
from collections.abc import Iterator
from pathlib import Path

from pipelines.files.ole import streams
from pipelines.files.other_workbooks import biff_records
from pipelines.files.whole_xlsx import COMMENT, PROPERTIES
from pipelines.personal.detect import sheet_shown
from pipelines.personal.findings import Places

_BOOKS = ("workbook", "book")
_SUMMARIES = ("summaryinformation", "documentsummaryinformation")
# Records of BIFF8: who saved, a note and its author, a sheet, the texts of cells, what a drawing or a note says.
_WHO, _NOTE, _SHEET, _SHARED, _OBJECT, _LABEL, _NUMBER, _COMPRESSED = 0x5C, 0x1C, 0x85, 0xFC, 0x1B6, 0x204, 0x203, 0x27E
_CONTINUED, _USERS = 0x3C, {0x1A9, 0x193, 0x5C, 0x5B}
_PAGE = {0x14, 0x15}
_RECORDS = {
    _SHARED: "une cellule", _LABEL: "une cellule", _NOTE: COMMENT, _OBJECT: "un commentaire ou une zone de texte",
    0x18: "un nom défini", 0x1BE: "un message ou une liste de saisie", 0x1B8: "un lien",
}  # fmt: skip
_ELSEWHERE = "le classeur"
_NARROW = re.compile(rb"[\x20-\x7e\xa0-\xff]{4,4096}")
_WIDE = re.compile(rb"(?:[\x20-\x7e\xa0-\xff\x53\x92\x78]\x00|[\x10-\x3f\xac]\x20){4,4096}")
# Who made and who last saved the file: written by the program.
_AUTHORS = {4, 8}
_SUMMARY = bytes.fromhex("E0859FF2F94F6810AB9108002B27B3D9")


def look_at_xls(path: Path, places: Places) -> None:
    """Look at every stream; what is no compound file is left to the reader of workbooks."""
    for name, content in streams(path).items():
        low = name.strip("\x01\x05").lower()
        if low in _BOOKS:
            _look_at_book(content, places)
        elif low in _SUMMARIES:
            _look_at_summary(content, places)
        else:
            for text in _runs(content):
                places.see(text, _ELSEWHERE)


def _look_at_book(content: bytes, places: Places) -> None:
    sheets: list[tuple[int, str]] = []
    before = 0
    for at, kind, data in biff_records(content):
        if kind == _SHEET and len(data) > 8:
            start, name = struct.unpack_from("<I", data)[0], " ".join(_runs(data[6:]))
            number = len(sheets) + 1
            shown = sheet_shown(name, number)
            places.see_name(name, "le nom d'une feuille", shown)
            sheets.append((start, shown))
        elif kind == _NOTE:
            _see_author(data, places)
        elif kind in {_NUMBER, _COMPRESSED}:
            _see_number(kind, data, places, _sheet_of(sheets, at))
        elif kind not in _USERS:
            real = before if kind == _CONTINUED else kind
            where = "l'en-tête ou le pied de page" if real in _PAGE else _RECORDS.get(real, _ELSEWHERE)
            for text in _runs(data):
                places.see(text, where, _sheet_of(sheets, at))
        before = kind if kind != _CONTINUED else before


def _sheet_of(sheets: list[tuple[int, str]], at: int) -> str | None:
    ordered = sorted(sheets)
    i = bisect_right(ordered, at, key=lambda s: s[0])
    return ordered[i - 1][1] if i else None


def _see_author(data: bytes, places: Places) -> None:
    for text in _runs(data[8:]):
        places.see(text, COMMENT, names=False)


def _see_number(kind: int, data: bytes, places: Places, sheet: str | None) -> None:
    if kind == _NUMBER and len(data) >= 14:
        places.see_number(struct.unpack_from("<d", data, 6)[0], sheet, struct.unpack_from("<H", data)[0] + 1, None)


def _look_at_summary(content: bytes, places: Places) -> None:
    for text in _runs(_without_authors(content)):
        places.see(text, PROPERTIES)


def _without_authors(content: bytes) -> bytes:
    """The properties of a document without the names of its authors."""
    at = content.find(_SUMMARY)
    try:
        start = struct.unpack_from("<I", content, at + 16)[0] if at >= 0 else None
        if start is None:
            return content
        count, kept = min(struct.unpack_from("<I", content, start + 4)[0], 1000), bytearray(content)
        for i in range(count):
            kind, offset = struct.unpack_from("<II", content, start + 8 + 8 * i)
            if kind in _AUTHORS:
                size = struct.unpack_from("<I", content, start + offset + 4)[0]
                end = min(start + offset + 8 + size, len(kept))
                kept[start + offset : end] = bytes(max(0, end - start - offset))
        return bytes(kept)
    except struct.error:
        return content


def _runs(data: bytes) -> Iterator[str]:
    """Texts of four characters or more, in two bytes each, then in one."""
    for found in _WIDE.finditer(data):
        yield found[0].decode("utf-16-le", "replace")
    for found in _NARROW.finditer(data):
        yield found[0].decode("cp1252", "replace")
