"""Spellings of one text: what the eye cannot tell apart, what differs by case and accents alone, what a disk takes."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from typing import Literal

# Signs on one letter beyond which a text is none, and the length under which they cost nothing: putting them in order
# takes the square of their number (UAX 15 sets the same limit, « Stream-Safe Text Format »).
_MOST_SIGNS, _SHORT = 30, 256


def tidy(text: str) -> str:
    """One spelling for what the eye cannot tell apart: composed accents, single plain spaces."""
    return " ".join(normal("NFC", text).split())


# As many as a sheet has columns, and those of the tables.
@lru_cache(maxsize=1 << 15)
def folded(text: str) -> str:
    """Tidied text without case or accents: how two spellings of one header are compared."""
    bare = normal("NFD", tidy(text).casefold())
    return normal("NFC", "".join(c for c in bare if not unicodedata.combining(c)))


def normal(form: Literal["NFC", "NFD", "NFKC"], text: str) -> str:
    """A text in a normal form of Unicode; one that heaps signs on a letter, for which that is slow, as it is."""
    if len(text) > _SHORT and not text.isascii() and _is_heap(text):
        return text
    return unicodedata.normalize(form, text)


def _is_heap(text: str) -> bool:
    """Whether a letter carries more signs than any script puts on one."""
    run = 0
    for c in text:
        run = run + 1 if unicodedata.combining(c) else 0
        if run > _MOST_SIGNS:
            return True
    return False


def slug(name: str) -> str:
    """A name that any disk takes: `Compagnie de gendarmerie de Figeac` → `Compagnie-de-gendarmerie-de-Figeac`."""
    bare = normal("NFD", name).encode("ascii", "ignore").decode()
    return re.sub(r"\W+", "-", bare).strip("-")
