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
    (re.compile(r"(?<![\w.,-])\d{1,3}(?: \d{3})+(?!\w)"), lambda number: number[0].replace(" ", NARROW)),
    (re.compile(rf"(?<=\d) (?=(?:{_UNITS})(?![\w'’]))"), NARROW),
    (re.compile(r"(?<![\w-])(\d{1,2})e(?![\w-])"), r"\1ᵉ"),
    (re.compile(r"(?<![\w-])1er(?![\w-])"), "1ᵉʳ"),
    (re.compile(r"(?<![\w-])1re(?![\w-])"), "1ʳᵉ"),
)
# In a page: what is typed or run, left as it is; a tag, which may hold texts that are read aloud; a text.
_PARTS = re.compile(r"(?P<typed><(style|script|code|pre)\b.*?</\2>)|(?P<tag><[^>]*>)|[^<]+", re.DOTALL)
_READ_ALOUD = re.compile(r'(?<= )(aria-label|alt|title)="([^"]*)"')


def french(text: str) -> str:
    """Set the spaces where no line may break, the apostrophes, the ordinals and the minus signs of a text."""
    for pattern, wanted in _SETTINGS:
        text = pattern.sub(wanted, text)
    return text


def french_page(html: str) -> str:
    """Set the texts of a page, those that are read aloud included."""
    return _PARTS.sub(_set_part, html)


def _set_part(part: re.Match[str]) -> str:
    if part["typed"]:
        return part[0]
    if part["tag"]:
        return _READ_ALOUD.sub(lambda label: f'{label[1]}="{_unescaped(label[2])}"', part[0])
    return _unescaped(part[0])


def _unescaped(text: str) -> str:
    """An apostrophe needs no escape in a text, nor in an attribute between double quotes."""
    return french(text.replace("&#39;", "'"))
