"""The words of `sources/personal_words.csv`: what stands beside a person's name, and what only looks like one."""

from __future__ import annotations

import unicodedata
from functools import lru_cache

from pipelines.base.spelling import normal
from pipelines.settings.model import SOURCES
from pipelines.settings.tables import read_rows

_DASHES = str.maketrans(dict.fromkeys("‐‑‒–—−", "-") | dict.fromkeys("’‘ʼ´`", "'"))
# What the eye does not see between two digits.
_UNSEEN = str.maketrans(dict.fromkeys("\u00ad\u200b\u200c\u200d\u200e\u200f\u2060\ufeff"))


@lru_cache(maxsize=1)
def _table() -> dict[str, frozenset[str]]:
    found: dict[str, set[str]] = {}
    for row in read_rows(SOURCES / "personal_words.csv"):
        found.setdefault(row["nature"], set()).add(row["mot"])
    return {nature: frozenset(words) for nature, words in found.items()}


def words(nature: str) -> frozenset[str]:
    """The words of a nature (`prenom`, `voie`…), without case or accents."""
    return _table()[nature]


def plain(text: str) -> str:
    """One spelling for what the eye cannot tell apart: spaces, dashes, apostrophes, signs that are not shown."""
    if text.isascii() and "  " not in text and text.isprintable():
        return text
    return " ".join(normal("NFKC", text.translate(_UNSEEN)).translate(_DASHES).split())


@lru_cache(maxsize=8192)
def bare(word: str) -> str:
    """A word without case or accents."""
    if word.isascii():
        return word.lower()
    split = normal("NFD", word.casefold())
    return "".join(c for c in split if not unicodedata.combining(c))
