"""The texts of one part of a workbook, however its elements are called: those between tags, and those of attributes."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Callable, Collection
from xml.parsers import expat

from pipelines.files.stream import Stream

_CHUNK = 1 << 16
# A text is looked at by pieces of so many characters.
_MOST = 1 << 20
_TAG = re.compile(rb"<[^<>]{0,4096}>")


class DocumentType(Exception):
    """The part declares a document type, and could mean anything."""


class Texts:
    """Gives whole texts to `take(element, text)`: those of one `block` element are one text, whatever runs it has, and
    elsewhere each element has its own. `start` sees every element, with its attributes.
    """

    def __init__(
        self,
        take: Callable[[str, str], None],
        start: Callable[[str, dict[str, str]], None] = lambda tag, attributes: None,
        end: Callable[[str], None] = lambda tag: None,
        blocks: Collection[str] = (),
    ) -> None:
        self._take, self._start, self._end, self._blocks = take, start, end, frozenset(blocks)
        self._depth = self._size = 0
        self._text: list[str] = []

    def read(self, stream: Stream) -> None:
        """Raises DocumentType, and expat's errors for what is no XML."""
        parser = expat.ParserCreate()
        parser.buffer_text = True
        parser.StartElementHandler = self._open
        parser.EndElementHandler = self._close
        parser.CharacterDataHandler = self._add
        parser.StartDoctypeDeclHandler = _refuse_type
        while chunk := stream.read(_CHUNK):
            parser.Parse(chunk, False)
        parser.Parse(b"", True)

    def _open(self, tag: str, attributes: dict[str, str]) -> None:
        if ":" in tag:
            tag = tag.rpartition(":")[2]
        if self._text and not self._depth:
            self._flush(tag)
        self._depth += tag in self._blocks
        self._start(tag, attributes)

    def _add(self, data: str) -> None:
        self._text.append(data)
        self._size += len(data)
        if self._size > _MOST:
            self._flush("")

    def _close(self, tag: str) -> None:
        if ":" in tag:
            tag = tag.rpartition(":")[2]
        self._depth -= tag in self._blocks
        if self._text and not self._depth:
            self._flush(tag)
        self._end(tag)

    def _flush(self, tag: str) -> None:
        text = "".join(self._text)
        self._text, self._size = [], 0
        if text and not text.isspace():
            self._take(tag, text)


def read_part(archive: zipfile.ZipFile, name: str, texts: Texts, loose: Callable[[str], None]) -> None:
    """Read a part; one that is no XML, or might be another, gives its texts to `loose` without their tags."""
    try:
        with archive.open(name) as stream:
            texts.read(stream)
    except (expat.ExpatError, ValueError, DocumentType):
        with archive.open(name) as stream:
            while chunk := stream.read(_MOST):
                for piece in _TAG.sub(b"\n", chunk).decode("utf-8", "replace").splitlines():
                    if piece and not piece.isspace():
                        loose(piece)


def local(attributes: dict[str, str]) -> dict[str, str]:
    """The same attributes without the prefixes of their names."""
    return {name.rpartition(":")[2]: value for name, value in attributes.items()}


def _refuse_type(*_: object) -> None:
    raise DocumentType
