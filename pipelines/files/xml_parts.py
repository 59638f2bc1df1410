"""The XML parts of an office file, before any reader opens them: no document type, in an encoding that is known."""

from __future__ import annotations

import codecs
import re
import zipfile
from collections.abc import Iterable, Iterator

from pipelines.base.refusal import quote
from pipelines.files.refusals import RESAVE, of_a_document_type, refused
from pipelines.files.sheet_xml import parse

CONTENT_TYPES = "[Content_Types].xml"
# A document type is how entity bombs and external entities start; no spreadsheet program writes one.
_DOCTYPE = b"<!DOCTYPE"
_CHUNK = 1 << 20
# The needle in UTF-32, which two pieces may share.
_OVERLAP = 4 * len(_DOCTYPE)
_XML_NAMES = (".xml", ".rels", ".vml")
_MARKS = (codecs.BOM_UTF8, codecs.BOM_UTF32_LE, codecs.BOM_UTF32_BE, codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
# Encodings in which the needle, once its zeros are taken out, is these very bytes.
_PLAIN = re.compile(rb"(?:utf-?8|utf-?16(?:le|be)?|utf-?32(?:le|be)?|us-ascii|ascii|iso-8859-\d+|windows-125\d)", re.I)
_LONGEST_DECLARATION = 400
_DECLARED = re.compile(rb"""encoding\s*=\s*["']([^"']*)""")


class Types:
    """What an office file declares of the types of its parts. Raises Refused for XML that does not hold together."""

    def __init__(self, content: bytes) -> None:
        self._defaults: dict[str, str] = {}
        self._own: dict[str, str] = {}
        parse(content, self._start)

    def _start(self, tag: str, attributes: dict[str, str]) -> None:
        kind = attributes.get("ContentType", "").lower()
        if tag == "Default":
            self._defaults[attributes.get("Extension", "").lower()] = kind
        elif tag == "Override":
            self._own[attributes.get("PartName", "").lstrip("/").lower()] = kind

    def of(self, name: str) -> str:
        """The declared type of a part; empty without one."""
        low = name.lower()
        return self._own.get(low) or self._defaults.get(low.rpartition(".")[2], "")


def is_xml(name: str, kind: str, head: bytes) -> bool:
    """Whether a part is XML by its name, its declared type or its first bytes; no reader opens one that is an image."""
    if name.lower().endswith(_XML_NAMES):
        return True
    if kind.startswith("image/"):
        return False
    return kind.endswith(("/xml", "+xml")) or _start_of(head).startswith(b"<")


def check_pieces(name: str, kind: str, pieces: Iterable[bytes]) -> None:
    """Read a part to its end. Raises Refused when it is XML and holds a document type, wherever it stands, or is in an
    encoding in which none could be seen.
    """
    before, first, looked = b"", True, False
    for piece in pieces:
        if first:
            looked, first = is_xml(name, kind, piece), False
            if looked:
                _check_encoding(name, piece)
        if looked:
            seen = before + piece
            bare = seen.replace(b"\0", b"") if b"\0" in seen else seen
            if _DOCTYPE in bare.upper():
                raise of_a_document_type(f"la partie {quote(name)}")
            before = seen[-_OVERLAP:]


def pieces_of(content: bytes) -> Iterator[bytes]:
    """What was read whole, a piece after the other: no copy of it is as large as it is."""
    for start in range(0, len(content), _CHUNK):
        yield content[start : start + _CHUNK]


def read_through(archive: zipfile.ZipFile, name: str) -> Iterator[bytes]:
    """The pieces of a part, all of which is read: its checksum is only looked at where it ends."""
    with archive.open(name) as part:
        while piece := part.read(_CHUNK):
            yield piece


def _check_encoding(name: str, head: bytes) -> None:
    start = _start_of(head)
    declaration, end, _ = (
        start[:_LONGEST_DECLARATION].partition(b"?>") if start.startswith(b"<?xml") else (b"", b"?", b"")
    )
    declared = _DECLARED.search(declaration)
    if start.startswith(b"<") and end and (declared is None or _PLAIN.fullmatch(declared[1])):
        return
    if start:
        found = f"la partie {quote(name)} du classeur est écrite dans un encodage qu'aucun tableur n'emploie"
        raise refused("encodage_inconnu", found, RESAVE)


def _start_of(head: bytes) -> bytes:
    """The first bytes without their mark, their zeros and the spaces before them."""
    for mark in _MARKS:
        head = head.removeprefix(mark)
    return head.replace(b"\0", b"").lstrip()
