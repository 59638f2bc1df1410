"""Which received texts a message may repeat: those that Vigie's tables know or nearly, never what could be a name."""

from __future__ import annotations

import re
from collections.abc import Iterator
from difflib import get_close_matches
from functools import lru_cache

from pipelines.base.refusal import quote
from pipelines.personal.detect import personal_name_of, personal_sign
from pipelines.personal.words import bare, plain
from pipelines.settings.model import SEEDS, SOURCES
from pipelines.settings.tables import read_cells

_WORD = re.compile(r"[^\W\d_]{3,}")
# How like a known word a word must be, from 0 to 1, to be a misspelling of it.
_NEAR = 0.75
# A longer cell is a sentence: its words are not those of codes.
_LONGEST = 60
# A text that is longer is repeated by no message.
_LONGEST_SHOWN = 200


def shown(text: object, what: str = "un texte") -> str:
    """A received code, service or place as a message may repeat it: `what` it is where some word of it is unknown."""
    written = str(text)
    if len(written) > _LONGEST_SHOWN:
        return f"{what}, qui n'est pas repris ici,"
    if personal_sign(written) is None and all(map(_is_known, _WORD.findall(plain(written)))):
        return quote(written)
    return f"{what}, qui n'est pas repris ici,"


def shown_header(header: str, own: bool) -> str | None:
    """A received header, quoted; None when it could be a name: capitals that no table knows, one in a return (`own`),
    two elsewhere.
    """
    if len(header) > _LONGEST_SHOWN:
        return None
    unknown = [w for w in _WORD.findall(plain(header)) if w[0].isupper() and not _is_known(w)]
    if personal_sign(header) or len(unknown) >= (1 if own else 2):
        return None
    return quote(header)


def shown_file(name: str) -> str | None:
    """The name of a file in an archive, quoted; None when it is a person's."""
    return None if personal_name_of(name) else quote(name)


@lru_cache(maxsize=1024)
def _is_known(word: str) -> bool:
    if len(word) > _LONGEST:
        return False
    folded = bare(word)
    known = _vocabulary()
    return folded in known or bool(get_close_matches(folded, known, n=1, cutoff=_NEAR))


@lru_cache(maxsize=1)
def _vocabulary() -> dict[str, None]:
    """The words of codes, labels and headers."""
    return {bare(w): None for cell in _cells() if len(cell) <= _LONGEST for w in _WORD.findall(plain(cell))}


def _cells() -> Iterator[str]:
    files = [f for folder in ("reference", "indicateurs") for f in sorted((SEEDS / folder).glob("*.csv"))]
    files += [f for f in sorted(SOURCES.rglob("*.csv")) if f.name != "personal_words.csv"]
    for file in files:
        yield from read_cells(file)
    for file in sorted(SOURCES.glob("*/*.schema.json")):
        yield from re.findall(r'"([^"]{3,60})"', file.read_text(encoding="utf-8"))
