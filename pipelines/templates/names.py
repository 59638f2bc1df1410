"""Names as people read them: periods in words, the files of a form, the tabs of a year."""

from __future__ import annotations

import datetime as dt
import re
import unicodedata

from pipelines.base.periods import Period
from pipelines.base.wording import MONTHS

_SHORT = ["janv.", "févr.", "mars", "avril", "mai", "juin", "juil.", "août", "sept.", "oct.", "nov.", "déc."]
# What Windows refuses in a file's name, and what a spreadsheet program refuses in a tab's.
_FORBIDDEN = re.compile(r'[<>:"/\\|?*\[\]\x00-\x1f]')
_LONGEST_NAME = 150
_LONGEST_TAB = 31


def period_in_words(period: Period) -> str:
    """Write a period: « mars 2021 », « 1er trimestre 2021 », « 2021 »."""
    if period.kind == "annee":
        return str(period)
    if period.kind == "mois":
        return f"{MONTHS[period.start.month - 1]} {period.start.year}"
    quarter = (period.start.month + 2) // 3
    return f"{quarter}{'er' if quarter == 1 else 'e'} trimestre {period.start.year}"


def date_in_words(day: dt.date) -> str:
    """Write a day: « 1er avril 2021 »."""
    return f"{'1er' if day.day == 1 else day.day} {MONTHS[day.month - 1]} {day.year}"


def file_name(*parts: str) -> str:
    """Make a name that every disk takes, without extension: `Retour mensuel - CGD CAHORS - mars 2021`."""
    joined = unicodedata.normalize("NFC", " - ".join(part for part in parts if part))
    bare = _FORBIDDEN.sub("-", " ".join(joined.split()))
    return bare[:_LONGEST_NAME].rstrip(" .")


def tab(sheet: str, period: Period, asked: Period) -> str:
    """Name a sheet; in the workbook of a year, add the month or quarter: « Faits mars », « Actions T1 »."""
    if period == asked:
        return sheet
    part = _SHORT[period.start.month - 1] if period.kind == "mois" else f"T{(period.start.month + 2) // 3}"
    return f"{sheet[: _LONGEST_TAB - len(part) - 1]} {part}"
