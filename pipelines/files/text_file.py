"""A text file: its encoding, its headers, and its text in blocks of whole lines, however large it is."""

from __future__ import annotations

import codecs
import csv
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from itertools import chain, islice

from pipelines.base.refusal import Defect, Refused
from pipelines.files.stream import Stream

# A file that is no larger is held in memory and read at once.
_WHOLE = 32 << 20
_UTF8 = "utf-8-sig"
_CHUNK = 1 << 20
BLOCK = 16 << 20
# Headers are looked for this far from the first line.
HEAD_LINES = 30
# What Excel writes for itself above a text.
_SEPARATOR_LINE = re.compile(r"sep=.", re.IGNORECASE)
# A workbook has no more (ECMA-376), and a line of a million headers would be compared with every layout.
_MOST_COLUMNS, _SEPARATORS = 16_384, ";,\t|"
# The bytes that Windows-1252 leaves undefined.
_UNDEFINED = (b"\x81", b"\x8d", b"\x8f", b"\x90", b"\x9d")


@dataclass(frozen=True)
class TextFile:
    """A decoded text file: `header_line` counts from 1 and is the line of its headers.

    `content` is the whole text in UTF-8, or None when it is too large to be held; `blocks` then gives it. `head` is its
    first lines.
    """

    content: bytes | None
    header_line: int
    first_line: str
    marked: bool
    stream: Callable[[], Stream]
    encoding: str
    head: tuple[str, ...] = ()

    @property
    def whole(self) -> bytes:
        """The whole text; raises ValueError when it is too large to be held."""
        if self.content is None:
            raise ValueError("the text is not held whole")
        return self.content

    def below(self) -> Iterator[TextFile]:
        """The same file, its headers looked for on each of the next lines."""
        for number in range(self.header_line + 1, len(self.head) + 1):
            if self.head[number - 1].strip():
                yield replace(self, header_line=number, first_line=self.head[number - 1])

    def headers(self, separator: str) -> list[str]:
        """The header cells as this separator cuts them."""
        try:
            cells = next(csv.reader([self.first_line], delimiter=separator))
        except csv.Error:  # a line that is no line of headers
            cells = self.first_line.split(separator)
        return [h.strip().strip('"').strip() for h in cells]

    def blocks(self) -> Iterator[bytes]:
        """The text in UTF-8, headers included, cut after the end of a line."""
        if self.content is not None:
            yield self.content
            return
        yield from self._blocks_of_utf8() if self.encoding == _UTF8 else self._blocks_decoded()

    def _blocks_of_utf8(self) -> Iterator[bytes]:
        """Cut the bytes themselves: they were decoded once, to know what they are."""
        rest = b""
        with self.stream() as stream:
            first = True
            while chunk := stream.read(BLOCK):
                data = rest + (chunk.removeprefix(codecs.BOM_UTF8) if first else chunk)
                first = False
                # The two bytes of an end of line are not parted.
                kept = data[:-1] if data.endswith(b"\r") else data
                end = _with_plain_ends(kept)
                cut = end.rfind(b"\n") + 1
                rest = end[cut:] + data[len(kept) :]
                if cut:
                    yield end[:cut]
        if rest:
            yield _with_plain_ends(rest)

    def _blocks_decoded(self) -> Iterator[bytes]:
        decoder = codecs.getincrementaldecoder(self.encoding)()
        rest = ""
        with self.stream() as stream:
            while chunk := stream.read(BLOCK):
                text = rest + decoder.decode(chunk)
                # The two bytes of an end of line are not parted.
                kept = text[:-1] if text.endswith("\r") else text
                end = kept.replace("\r\n", "\n").replace("\r", "\n")
                cut = end.rfind("\n") + 1
                rest = end[cut:] + text[len(kept) :]
                if cut:
                    yield end[:cut].encode()
        last = rest + decoder.decode(b"", final=True)
        if last:
            yield last.replace("\r\n", "\n").replace("\r", "\n").encode()


def _with_plain_ends(data: bytes) -> bytes:
    return data.replace(b"\r\n", b"\n").replace(b"\r", b"\n") if b"\r" in data else data


def open_text(stream: Callable[[], Stream], mark: str) -> TextFile:
    """Decode a text file: UTF-16 that says so, UTF-8 with or without its mark, or else Windows-1252. The first line may
    say `mark`. Raises Refused for what is not text, and for a file without headers.
    """
    with stream() as opened:
        data = bytearray()
        while len(data) <= _WHOLE and (chunk := opened.read(_CHUNK)):
            data += chunk
        whole = len(data) <= _WHOLE
        encoding = _encoding(bytes(data), None if whole else opened)
    content = None
    if whole:
        # What is UTF-8 already is not decoded again.
        utf8 = bytes(data.removeprefix(codecs.BOM_UTF8)) if encoding == _UTF8 else bytes(data).decode(encoding).encode()
        content = _with_plain_ends(utf8)
        text = _first_lines(content).decode()
    else:
        # A large file is cut anywhere: what is left of its last character is not looked at.
        text = _decoded(data, encoding)
        text = text.replace("\r\n", "\n").replace("\r", "\n") if "\r" in text else text
    lines = list(islice(_lines(text), HEAD_LINES))
    marked = lines[0].strip().strip('";,').startswith(mark)
    header = 1 if marked or _SEPARATOR_LINE.fullmatch(lines[0].strip()) else 0
    if len(lines) <= header or not any(line.strip() for line in lines[header:]):
        raise Refused(
            Defect("fichier_vide", "le fichier ne contient aucune ligne d'en-tête", "redéposer le fichier complet")
        )
    if max(lines[header].count(sign) for sign in _SEPARATORS) >= _MOST_COLUMNS:
        raise Refused(_TOO_MANY)
    head = tuple(lines)
    return TextFile(content, header + 1, lines[header], marked, stream, encoding, head)


def _first_lines(content: bytes) -> bytes:
    end = 0
    for _ in range(HEAD_LINES):
        end = content.find(b"\n", end) + 1
        if not end:
            return content
    return content[:end]


def _lines(text: str) -> Iterator[str]:
    start = 0
    while start < len(text) or not start:
        end = text.find("\n", start)
        yield text[start : end if end >= 0 else None]
        if end < 0:
            return
        start = end + 1


_TOO_MANY = Defect(
    "trop_de_colonnes",
    "la ligne d'en-tête compte plus de 16 384 colonnes",
    "vérifier que c'est bien le fichier du producteur, et le redéposer tel qu'il l'a publié",
)


def _decoded(data: bytearray, encoding: str) -> str:
    return codecs.getincrementaldecoder(encoding)().decode(bytes(data[:_CHUNK]))


def _encoding(data: bytes, rest: Stream | None) -> str:
    """The codec of a text that starts with `data`; the rest of it is read to its end. Raises Refused for another
    content.
    """
    # UTF-16 is what spreadsheets call « texte Unicode ».
    codec = "utf-16" if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)) else _UTF8
    if codec != "utf-16" and b"\0" in data[:4096]:
        raise _not_text()
    decoder = codecs.getincrementaldecoder("utf-8" if codec == _UTF8 else codec)()
    data = data.removeprefix(codecs.BOM_UTF8)
    valid, undefined, first = True, False, True
    for chunk in chain([data], iter(lambda: rest.read(_CHUNK), b"") if rest else (), [b""]):
        if codec == _UTF8 and chunk.isascii() and not decoder.getstate()[0]:
            first = False
            continue  # ASCII is itself in every encoding but UTF-16
        undefined = undefined or any(byte in chunk for byte in _UNDEFINED)
        try:
            text = decoder.decode(chunk, final=not chunk) if valid else ""
        except UnicodeDecodeError:
            valid = False
        if valid and first and "\0" in text[:4096]:
            raise _not_text()
        first = False
    if valid:
        return codec
    if codec == "utf-16":
        raise _not_text()
    # cp1252 leaves five bytes undefined; latin-1 has them all and says the same of the others.
    return "latin-1" if undefined else "cp1252"


def _not_text() -> Refused:
    return Refused(
        Defect(
            "pas_du_texte",
            "le contenu n'est ni un classeur .xlsx ni du texte",
            "déposer le fichier du producteur, en .xlsx ou en .csv",
        )
    )
