"""Figures and counts as French readers write them, wherever they are read."""

from __future__ import annotations

import math
from decimal import Decimal
from typing import overload

from pipelines.base.rows import Row
from pipelines.base.typography import NARROW

MONTHS = (
    "janvier", "février", "mars", "avril", "mai", "juin",
    "juillet", "août", "septembre", "octobre", "novembre", "décembre",
)  # fmt: skip


def number(value: int | float | None) -> str:
    """1234567 → 1 234 567, with narrow no-break spaces; a missing value is a dash, never 0."""
    return "—" if value is None else f"{value:,}".replace(",", NARROW)


def mebibytes(size_bytes: int) -> str:
    """1258292 → 1,3 Mio, rounded up: what is over a limit never reads as the limit itself."""
    tenths = -(-size_bytes * 10 // 2**20)
    return f"{figure(tenths / 10 if tenths % 10 else tenths // 10)} Mio"


def printable(text: str) -> str:
    """A received text on one line, without what a terminal would obey."""
    return "".join(c if c.isprintable() else "�" for c in text)


def file_named(delivery: Row) -> str:
    """A delivery as people know it, its `nom` first; the short `livraison_id` tells apart files of one name."""
    return f"« {printable(str(delivery['nom']))} » ({delivery['livraison_id']})"


def plural(count: int, one: str, many: str | None = None) -> str:
    """`2 fichiers`, `1 fichier`, `0 fichier`."""
    return f"{number(count)} {one if count < 2 else many or one + 's'}"


def read_sentence(lines: int, kept: int, cells: int) -> str:
    """What a load read: `120 lignes lues, 900 cellules remplies`, and how many lines it kept when it left some."""
    left = f", {number(kept)} gardées" if kept < lines else ""
    return f"{plural(lines, 'ligne lue', 'lignes lues')}{left}, {plural(cells, 'cellule remplie', 'cellules remplies')}"


@overload
def plain(value: float | Decimal | None) -> float | None: ...
@overload
def plain(value: object) -> object: ...
def plain(value: object) -> object:
    """Decimals as numbers, whole ones as integers: 421.00 is 421; what is not a number is nothing."""
    if isinstance(value, float) and not math.isfinite(value):
        return None
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else float(value)
    return value


def all_plain(value: object) -> object:
    """The same for every value of mappings and lists in one another."""
    if isinstance(value, dict):
        return {k: all_plain(v) for k, v in value.items()}
    return [all_plain(v) for v in value] if isinstance(value, list) else plain(value)


def figure(value: float | Decimal | None, sign: bool = False) -> str:
    """A figure as French readers write it: 1 234,5; a dash when it is missing; with its sign when asked."""
    shown = plain(value)
    if shown is None:
        return "—"
    written = number(shown).replace(".", ",")
    return f"+{written}" if sign and shown > 0 else written
