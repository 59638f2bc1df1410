"""Periods and days as people write them: « T4 2019 », « 4e trimestre 2019 », « mars 2021 », « 31/12/2026 ».

Files and tables hold `Period.read`'s form alone; this reads what a person types.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable

from pipelines.base.periods import Period
from pipelines.base.spelling import folded, normal
from pipelines.base.wording import MONTHS

_SHORT = {"janv": 1, "fevr": 2, "fev": 2, "avr": 4, "juil": 7, "sept": 9, "oct": 10, "nov": 11, "dec": 12}
_ORDINALS = {"premier": 1, "deuxieme": 2, "second": 2, "troisieme": 3, "quatrieme": 4}
_WANTED = {
    "mois": "un mois. Attendu : 2019-11 (ou 11/2019, novembre 2019)",
    "trimestre": "un trimestre. Attendu : 2019-T4 (ou T4 2019, 4e trimestre 2019)",
    "annee": "une année. Attendu : 2019",
    None: "une période. Attendu : une année (2019), un trimestre (2019-T1, T1 2019, 1er trimestre 2019) ou un mois "
    "(2019-03, 03/2019, mars 2019)",
}
_YEAR, _SEP = r"(?P<a>(?:19|20)\d\d)", r"[ \-/.]*"
_QUARTER = r"(?:t|q|trim(?:estre)?\.?)"
_SUFFIX = r"(?:er?|eme|re|nd)?"
_QUARTERS = [
    re.compile(pattern)
    for pattern in (
        rf"{_YEAR}{_SEP}{_QUARTER} ?(?P<n>\d)",
        rf"{_QUARTER} ?(?P<n>\d){_SEP}{_YEAR}",
        rf"(?P<n>\d) ?{_SUFFIX} ?{_QUARTER}{_SEP}(?:de )?{_YEAR}",
        rf"{_YEAR}{_SEP}(?P<n>\d) ?{_SUFFIX} ?{_QUARTER}",
    )
]
_NUMBERS = [
    re.compile(rf"{_YEAR}[ \-/.](?P<n>\d\d?)"),
    re.compile(rf"(?P<n>\d\d?)[ \-/.]{_YEAR}"),
]
_DAYS = [
    re.compile(rf"{_YEAR}[-/.](?P<m>\d\d?)[-/.](?P<j>\d\d?)"),
    re.compile(rf"(?P<j>\d\d?)(?:er)?[ \-/.](?P<m>\d\d?)[ \-/.]{_YEAR}"),
]
_RANGE = re.compile(r" ?(?:\.\.+|…| a | au |->|→) ?")
_WORD = re.compile(r"[a-z]+\.?")


def read_said(text: str, kind: str | None = None) -> Period:
    """The period that a person wrote; of a `kind` (`annee`, `trimestre`, `mois`) when one is given. Raises ValueError,
    with what was expected.

    « 2019-4 » is a quarter where a quarter is wanted, a month where a month is: where either may be, it is refused.
    """
    said = _plain(text)
    period = _year(said) or _quarter(said, text) or _month(said, text, kind)
    if period is None and any(p.fullmatch(_numbered(said)) for p in _DAYS):
        raise ValueError(f"« {text} » est un jour, et n'est pas {_WANTED[kind]}")
    if period is None or (kind and period.kind != kind):
        raise ValueError(f"« {text} » n'est pas {_WANTED[kind]}")
    return period


def read_said_range(text: str, read: Callable[[str], Period] = read_said) -> tuple[Period, Period]:
    """« 2025-01..2025-06 », « de janvier 2025 à juin 2025 », or one period twice. Raises ValueError."""
    said = re.sub(r"^(?:de|du|d'|depuis) ?", "", _plain(text))
    parts = _RANGE.split(said)
    if len(parts) == 1:
        alone = read(text)
        return alone, alone
    if len(parts) != 2:
        raise ValueError(f"« {text} » n'est pas une suite de périodes. Attendu : 2025-01..2025-06")
    first, last = (read(part) for part in parts)
    if first.months != last.months:
        raise ValueError(f"« {text} » : {first} et {last} ne sont pas de la même sorte. Attendu : 2025-01..2025-06")
    if first.start > last.start:
        raise ValueError(f"« {text} » : {first} vient après {last}. Attendu : {last}..{first}")
    return first, last


def read_said_day(text: str) -> dt.date:
    """« 31/12/2026 », « 2026-12-31 », « 1er janvier 2027 ». Raises ValueError, with what was expected."""
    found = next((m for p in _DAYS if (m := p.fullmatch(_numbered(_plain(text))))), None)
    if found is None:
        raise ValueError(f"« {text} » n'est pas une date. Attendu : 31/12/2026 ou 2026-12-31")
    try:
        return dt.date(int(found["a"]), int(found["m"]), int(found["j"]))
    except ValueError:
        raise ValueError(f"« {text} » n'est pas une date : ce jour n'existe pas") from None


def _plain(text: str) -> str:
    """Neither case, accents nor the kind of a space or a dash."""
    return folded(re.sub("[‐‑‒–—]", "-", normal("NFKC", text)))


def _numbered(said: str) -> str:
    """The same with the number of a month in place of its name, of a rank in place of its word."""
    names = {_plain(name): i for i, name in enumerate(MONTHS, 1)} | _SHORT | _ORDINALS
    return _WORD.sub(lambda m: str(names.get(m[0].rstrip("."), m[0])), said)


def _year(said: str) -> Period | None:
    found = re.fullmatch(rf"(?:l'?annee |annee )?{_YEAR}", said)
    return Period(int(found["a"]) * 12, 12) if found else None


def _quarter(said: str, text: str) -> Period | None:
    found = next((m for p in _QUARTERS if (m := p.fullmatch(_numbered(said)))), None)
    if found is None:
        return None
    if not 1 <= int(found["n"]) <= 4:
        raise ValueError(f"« {text} » : une année n'a que quatre trimestres, de T1 à T4")
    return Period(int(found["a"]) * 12 + 3 * (int(found["n"]) - 1), 3)


def _month(said: str, text: str, kind: str | None) -> Period | None:
    written = _numbered(said)
    found = next((m for p in _NUMBERS if (m := p.fullmatch(written))), None)
    if found is None:
        return None
    year, number = int(found["a"]) * 12, int(found["n"])
    # « 2019-4 » as it was typed: with its zero or its name, it is a month; « 4/2019 » is one too.
    unsure = written == said and re.fullmatch(rf"{_YEAR}[ \-/.][1-4]", said)
    if unsure and kind == "trimestre":
        return Period(year + 3 * (number - 1), 3)
    if unsure and kind is None:
        quarter, month = Period(year + 3 * (number - 1), 3), Period(year + number - 1, 1)
        raise ValueError(
            f"« {text} » se lit de deux façons : le {number}{'er' if number == 1 else 'e'} trimestre ({quarter}) ou "
            f"{MONTHS[number - 1]} ({month}). Écrire l'un ou l'autre"
        )
    if not 1 <= number <= 12:
        raise ValueError(f"« {text} » : une année n'a que douze mois, de 01 à 12")
    return Period(year + number - 1, 1)
