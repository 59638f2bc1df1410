"""What a person meant by a word that is not quite one: the allowed one in another case, or those that look like it."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches

from pipelines.catalogue.labels import label_key

_NEAR = 3


def same(text: str, allowed: Iterable[str]) -> str | None:
    """Find the allowed word that differs by case, accents or dashes alone."""
    known = {_key(word): word for word in allowed}
    return known.get(_key(text))


def near(text: str, allowed: Iterable[str]) -> list[str]:
    """List those that look like it, the most alike first."""
    known = {_key(word): word for word in allowed}
    return [known[k] for k in get_close_matches(_key(text), list(known), n=_NEAR, cutoff=0.6)]


def meant(text: str, allowed: Iterable[str]) -> str:
    """Write « : vouliez-vous dire load ou snapshot ? », or nothing when nothing looks like it."""
    found = near(text, allowed)
    return f" : vouliez-vous dire {' ou '.join(found)} ?" if found else ""


def _key(text: str) -> str:
    return label_key(text.strip()).replace(" ", "-")
