"""Why a file is refused, in words its sender can act on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

# Beyond this many, the list no longer helps the reader; the number that is left is still said.
MAX_SHOWN = 20
_LINES_SHOWN = 5


@dataclass(frozen=True)
class Defect:
    """One thing that is wrong at one place. Every text is French; `ligne` counts from 1."""

    code: str
    constat: str
    remede: str
    feuille: str | None = None
    ligne: int | None = None
    colonne: str | None = None
    attendu: str | None = None

    def place(self) -> str:
        """Sheet, line and column, as far as they are known."""
        parts = []
        if self.feuille:
            parts.append(f"feuille « {self.feuille} »")
        if self.ligne:
            parts.append(f"ligne {self.ligne}")
        if self.colonne:
            parts.append(f"colonne {self.colonne}")
        return ", ".join(parts)

    def sentence(self) -> str:
        """Place, what was found, what was expected, what to do."""
        head = f"{self.place()} : " if self.place() else ""
        expected = f" Attendu : {self.attendu}." if self.attendu else ""
        return f"{head}{self.constat}.{expected} À faire : {self.remede}."


def grouped(defects: Sequence[Defect]) -> list[Defect]:
    """The same defects, those that differ by their line alone told once: « lignes 8, 9, 10 et 104 autres »."""
    groups: dict[Defect, list[Defect]] = {}
    for defect in defects:
        groups.setdefault(replace(defect, ligne=None), []).append(defect)
    shown_once = []
    for first, *others in groups.values():
        lines = list(dict.fromkeys(d.ligne for d in others if d.ligne and d.ligne != first.ligne))
        if lines:
            shown = ", ".join(map(str, lines[:_LINES_SHOWN]))
            left = len(lines) - _LINES_SHOWN
            more = f" et {left} autres" if left > 1 else f" et {lines[-1]}" if left == 1 else ""
            word = "lignes" if len(lines) > 1 else "ligne"
            first = replace(first, constat=f"{first.constat} (de même {word} {shown}{more})")
        shown_once.append(first)
    return shown_once


class Refused(Exception):
    """The file as a whole is refused, for the defects it carries."""

    def __init__(self, *defects: Defect) -> None:
        self.defects = list(defects)
        super().__init__(" ".join(d.sentence() for d in self.defects[:MAX_SHOWN]))


def at_cell(
    sheet: str | None, row: int, column: int, code: str, found: str, remedy: str, expected: str | None = None
) -> Defect:
    """What is wrong in one cell; its row and column count from 0."""
    return Defect(code, found, remedy, sheet, row + 1, column_letter(column + 1), expected)


def column_letter(number: int) -> str:
    """1 → A, 27 → AA: the name a spreadsheet gives to its column."""
    letters = ""
    while number:
        number, rest = divmod(number - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters


def quote(value: object, longest: int = 60) -> str:
    """A received text as it may be shown: one line, printable, never long."""
    whole = str(value)
    shown = "".join(c if c.isprintable() else "�" for c in whole[:longest])
    return f"« {shown}{'…' if len(whole) > longest else ''} »"
