"""The whole of a received file, looked at for signs of a person: what stands in no table too.

Every part is read as a stream, whatever it announces; what programs write by themselves of whoever saved the file
(author of the document, of a comment) is no reason to refuse it, and is not repeated anywhere.
"""

from __future__ import annotations

import contextlib
import re
import zipfile
from collections.abc import Callable, Collection, Iterator
from pathlib import Path

from pipelines.base.refusal import Defect, Refused
from pipelines.base.spelling import folded
from pipelines.files.stream import Stream
from pipelines.files.whole_ods import look_at_ods
from pipelines.files.whole_xls import look_at_xls
from pipelines.files.whole_xlsx import look_at_xlsx
from pipelines.files.zip_faults import UNREADABLE
from pipelines.personal.findings import Places

_ZIP, _OLE = b"PK\x03\x04", b"\xd0\xcf\x11\xe0"
_CHUNK = 1 << 20
_BOMS = {b"\xff\xfe": "utf-16-le", b"\xfe\xff": "utf-16-be"}
_TAG = re.compile(r"<[^<>]{0,4096}>")
_CONTROL = re.compile(rb"[\x00-\x08\x0e-\x1a\x1c-\x1f]")
_SEPARATORS = ";\t|,"
# Below these lines, a cell of three characters says nothing.
_HEADERS, _SAYS_NOTHING = 10, 3
# What the lines of returns said when nothing in them was a person's: a return repeats its service and its year.
_QUIET: set[tuple[str, ...]] = set()
_MOST_QUIET = 1 << 15
# A file that no layout reads is refused whatever it holds: so much of it is enough to say why.
_ENOUGH = 16 << 20
_UNPACKED = 512 << 20


def look_at_workbook(path: Path, own: bool = True) -> list[Defect]:
    """A defect for each place of a .xlsx, .ods or .xls that seems to hold something of a person: cells of every sheet,
    comments, properties, headers and footers, names, validations, drawings, links. `own`: see Places.

    What is damaged is read as far as it goes: the reader of workbooks says what is wrong with it.
    """
    places = Places(own)
    with path.open("rb") as stream:
        magic = stream.read(4)
    if magic == _OLE:
        look_at_xls(path, places)
    elif magic == _ZIP:
        try:
            with zipfile.ZipFile(path) as archive:
                names = set(archive.namelist())
                if not own and sum(p.file_size for p in archive.infolist()) > _UNPACKED:
                    return []
                (look_at_xlsx if "[Content_Types].xml" in names else look_at_ods)(archive, places)
        except (*UNREADABLE, Refused):
            pass
    return places.defects()


def look_at_names(path: Path) -> list[Defect]:
    """The same for the names of the files that an archive holds."""
    places = Places()
    with contextlib.suppress(*UNREADABLE):
        if zipfile.is_zipfile(path):
            with zipfile.ZipFile(path) as archive:
                names = archive.namelist()
                # The parts of a workbook are named by programs.
                for name in [] if {"[Content_Types].xml", "mimetype"} & set(names) else names:
                    places.see_name(name, "le nom d'un fichier de l'archive")
    return places.defects()


def look_at_text(
    stream: Callable[[], Stream], own: bool = True, headers: Collection[str] = frozenset()
) -> list[Defect]:
    """The same for a text file: every cell of every line, above the headers and beyond the table too. A column is
    called by its header when it is one of `headers`, given folded, else by its number.
    """
    places = Places(own)
    if not _is_readable(stream):
        return []
    separator, width = "", 0
    named: dict[int, str] = {}
    for number, line in enumerate(_lines(stream, None if own else _ENOUGH), start=1):
        if not separator and (best := max(_SEPARATORS, key=line.count)) in line:
            separator, width = best, line.count(best)
        quiet = None
        if own and number > _HEADERS and separator and (named or not headers) and places.has_nothing_to_come:
            quiet = _quiet_key(line, separator, width)
            if quiet in _QUIET:
                continue
        before = places.number
        line = _TAG.sub(" ", line) if "<" in line else line
        cells = [cell.strip(' "') for cell in line.split(separator)] if separator else [line]
        if not named and headers:
            named = {i: c for i, c in enumerate(cells, start=1) if folded(c) in headers}
            width = len(cells) - 1 if named else width
        for column, cell in enumerate(cells, start=1):
            if len(cell) > _SAYS_NOTHING or (cell and number <= _HEADERS):
                places.see_cell(cell, None, number, named.get(column, f"n° {column}"))
        if places.number == before and 1 < len(cells) != width + 1:  # a sentence may hold the separator
            places.see(line.replace(separator, f"{separator} ").replace('"', ""), "une ligne", None, number)
        if quiet is not None and not places.number:
            if len(_QUIET) >= _MOST_QUIET:
                _QUIET.clear()
            _QUIET.add(quiet)
    return places.defects()


def _quiet_key(line: str, separator: str, width: int) -> tuple[str, ...] | None:
    """Return the cells that are looked at below the headers, in their order: two lines that have the same say the same.
    None for a line that is also looked at as a whole.
    """
    cells = line.split(separator)
    if len(cells) != width + 1 or "<" in line:
        return None
    return tuple([cell for cell in cells if len(cell) > _SAYS_NOTHING])


def look_at_parquet(batches: Iterator[dict[str, list[str]]], own: bool = True) -> list[Defect]:
    """The same for columns of texts, by their names, batch after batch."""
    places = Places(own)
    for batch in batches:
        for name, texts in batch.items():
            places.see_cell(name, None, 0, name)
            for text in texts:
                places.see_cell(text, None, None, name)
    return places.defects()


def _is_readable(stream: Callable[[], Stream]) -> bool:
    """Whether the content is text, by the signs that a text does not have."""
    with stream() as opened:
        head = opened.read(4096)
    return head[:2] in _BOMS or not _CONTROL.search(head)


def _lines(stream: Callable[[], Stream], most: int | None) -> Iterator[str]:
    """The lines of a text whatever its encoding; one that is too long comes in pieces."""
    with stream() as opened:
        head = opened.read(2)
        codec = _BOMS.get(head)
        rest, read = (b"" if codec else head), 0
        while chunk := opened.read(_CHUNK):
            read += len(chunk)
            block = rest + chunk
            end = _even_end(block, codec) if codec else max(block.rfind(b"\n"), block.rfind(b"\r")) + 1
            end = end or (len(block) - len(block) % 2 if len(block) > _CHUNK else 0)
            yield from _decoded(block[:end], codec)
            rest = block[end:]
            if most is not None and read > most:
                return
        yield from _decoded(rest, codec)


def _even_end(block: bytes, codec: str) -> int:
    newline = "\n".encode(codec)
    at = block.rfind(newline)
    while at % 2 and at > 0:
        at = block.rfind(newline, 0, at)
    return at + 2 if at > 0 else 0


def _decoded(block: bytes, codec: str | None) -> Iterator[str]:
    if codec:
        yield from block.decode(codec, "replace").splitlines()
        return
    try:
        text = block.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = block.decode("cp1252", "replace")
    yield from text.splitlines()
