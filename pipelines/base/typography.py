"""French typography: texts are written with ordinary spaces and straight apostrophes, and set here as they are shown.

Pages, letters, the notices of workbooks and the text of a public folder pass here. Data does not. A terminal does not
either: what it shows is searched, compared and pasted into a command.
"""

from __future__ import annotations

import re
from collections.abc import Callable

NARROW, WIDE = "\N{NARROW NO-BREAK SPACE}", "\N{NO-BREAK SPACE}"
_UNITS = "%|‰|[kM]?€|°C|[KMG]io|k?m²?|ha|h|min|m?s|ETP"
_SETTINGS: tuple[tuple[re.Pattern[str], str | Callable[[re.Match[str]], str]], ...] = (
    (re.compile(r"(?<![^\s(])-(?=\d)"), "\N{MINUS SIGN}"),
    # Between two letters, or after an elided word; in a quoted argument of a command, neither.
    (re.compile(r"(?<=[^\W\d_])'(?=[^\W\d_]|«)"), "’"),
    (re.compile(r"(?<!\w)([cdjlmnst]|\w*qu)'(?![\"&])", re.IGNORECASE), r"\1’"),
    (re.compile(r" (?=[;!?])"), NARROW),
    (re.compile(r" (?=[:»])|(?<=«) "), WIDE),
    (re.compile(r"(?<![\w.,-])\d{1,3}(?: \d{3}){1,4}(?!\w)"), lambda number: number[0].replace(" ", NARROW)),
    (re.compile(rf"(?<=\d) (?=(?:{_UNITS})(?![\w'’]))"), NARROW),
    (re.compile(r"(?<![\w-])(\d{1,2})e(?![\w-])"), r"\1ᵉ"),
    (re.compile(r"(?<![\w-])1er(?![\w-])"), "1ᵉʳ"),
    (re.compile(r"(?<![\w-])1re(?![\w-])"), "1ʳᵉ"),
)
_TAG = re.compile(r"(<[^<>]*>)")
# What a page shows as it is typed, or runs.
_AS_TYPED = re.compile(r"<(/?)(?:style|script|code|pre)[ >]")
_READ_ALOUD = re.compile(r'(?<= )(aria-label|alt|title)="([^"]*)"')


def french(text: str) -> str:
    """Set the spaces where no line may break, the apostrophes, the ordinals and the minus signs of a text."""
    for pattern, wanted in _SETTINGS:
        text = pattern.sub(wanted, text)
    return text


def french_page(html: str) -> str:
    """Set the texts of a page, those that are read aloud included."""
    parts = _TAG.split(html)
    depth = 0
    for i, part in enumerate(parts):
        if i % 2 == 0:
            parts[i] = part if depth else _unescaped(part)
        elif nested := _AS_TYPED.match(part):
            depth += -1 if nested[1] else 1
        elif not depth:
            parts[i] = _READ_ALOUD.sub(lambda label: f'{label[1]}="{_unescaped(label[2])}"', part)
    return "".join(parts)


def _unescaped(text: str) -> str:
    """Set a text of a page; an apostrophe needs no escape there, nor in an attribute between double quotes."""
    return french(text.replace("&#39;", "'"))
