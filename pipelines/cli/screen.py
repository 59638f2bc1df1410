"""The terminal: results go to standard output, everything else to standard error."""

from __future__ import annotations

import json
import math
import sys
from decimal import Decimal

from rich.console import Console

# A pipe has no width of its own; cutting names at 80 columns would lose what the reader greps for.
_WIDTH = None if sys.stdout.isatty() else 240
out = Console(highlight=False, width=_WIDTH, emoji=False)
err = Console(stderr=True, highlight=False, soft_wrap=True, emoji=False)


def fail(sentence: str, code: int) -> int:
    """Say what went wrong, in one sentence, and give the exit code back; `--json` gets its one object as well."""
    if "--json" in sys.argv[1:]:
        print_json({"erreur": sentence, "code_sortie": code})
    err.print("Erreur :", style="bold red", end=" ")
    err.print(sentence, markup=False)
    return code


def print_json(value: object) -> None:
    """One JSON object on standard output."""
    sys.stdout.write(json.dumps(value, ensure_ascii=False, default=str) + "\n")


def number(value: int | float | None) -> str:
    """1234567 → 1 234 567, with narrow no-break spaces; a missing value is a dash, never 0."""
    return "—" if value is None else f"{value:,}".replace(",", "\u202f")


def printable(text: str) -> str:
    """A received text on one line, without what a terminal would obey."""
    return "".join(c if c.isprintable() else "�" for c in text)


def plural(count: int, one: str, many: str | None = None) -> str:
    """`2 fichiers`, `1 fichier`, `0 fichier`."""
    return f"{number(count)} {one if count < 2 else many or one + 's'}"


def plain(value: object) -> object:
    """Decimals as numbers, whole ones as integers: 421.00 is 421; what is not a number is nothing."""
    if isinstance(value, float) and not math.isfinite(value):
        return None
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else float(value)
    return value


def figure(value: object, sign: bool = False) -> str:
    """A figure as French readers write it: 1 234,5; a dash when it is missing; with its sign when asked."""
    value = plain(value)
    if value is None:
        return "—"
    written = number(value).replace(".", ",")
    return f"+{written}" if sign and value > 0 else written
