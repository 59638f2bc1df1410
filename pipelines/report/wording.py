"""The words of the pages: periods, changes, states. Figures are written as `pipelines.base.wording` writes them."""

from __future__ import annotations

import math

from pipelines.base.periods import Period
from pipelines.base.wording import MONTHS, figure
from pipelines.publication import states

_ORDINALS = ("1er", "2e", "3e", "4e")
KINDS = {"restreinte": "Édition restreinte", "publique": "Édition publique"}
WARNINGS = {
    "restreinte": "Nombres non masqués, par service : ne pas diffuser.",
    "publique": "Les petits nombres de personnes ne sont pas publiés.",
}
TRENDS = {
    "hausse": "hausse sur cinq ans",
    "baisse": "baisse sur cinq ans",
    "sans_tendance": "sans tendance sur cinq ans",
}
SIGNALS = {
    "haut": "niveau inhabituellement élevé pour cette série",
    "bas": "niveau inhabituellement bas pour cette série",
}
STATES = states.ACTIONS
READINGS = {"favorable": "favorable", "defavorable": "défavorable", "neutre": ""}


def period(text: str, kind: str | None = None) -> str:
    """Write `2019-T4` as « 4e trimestre 2019 »; with a window's kind, write what the window covers."""
    read = Period.read(text)
    last = f"{MONTHS[read.end.month - 1]} {read.end.year}"
    if kind == "cumul":
        return f"de janvier à {last}"
    if kind == "douze_mois":
        return f"douze mois jusqu'à {last}"
    if read.kind == "annee":
        return f"année {text}"
    if read.kind == "mois":
        return last
    return f"{_ORDINALS[read.start.month // 3]} trimestre {read.start.year}"


def short_period(text: str) -> str:
    """Write a period as the head of a narrow column: « T4 2019 », « 03/2019 », « 2019 »."""
    year, _, part = text.partition("-")
    return f"{part} {year}" if part.startswith("T") else f"{part}/{year}" if part else year


def within(text: str, kind: str | None = None) -> str:
    """Write when, inside a sentence: « au 4e trimestre 2019 », « en 2019 », « en mars 2019 »."""
    read = Period.read(text)
    if kind in ("cumul", "douze_mois"):
        return f"{'sur ' if kind == 'douze_mois' else ''}{period(text, kind)}".replace("sur douze", "sur les douze")
    if read.kind == "annee":
        return f"en {text}"
    said = period(text, kind)
    return f"en {said}" if read.kind == "mois" else f"au {said}"


def absent(value: object) -> bool:
    """Tell whether a cell of a frame holds nothing."""
    return value is None or (isinstance(value, float) and math.isnan(value)) or value != value


def shown(value: float | None, digits: int | None = None) -> str:
    """Write a figure rounded to `digits`, or a dash."""
    if value is None or absent(value):
        return figure(None)
    rounded = round(float(value), 2 if digits is None else digits)
    return figure(int(rounded) if rounded.is_integer() else rounded).replace("-", "\N{MINUS SIGN}")


def broken_part(percent: float) -> str:
    """Warn that a small part of the value is counted otherwise than the year before."""
    return f"une rupture de série touche {shown(percent, 1)} % de cette valeur"


def interval(low: float | None, high: float | None) -> str:
    """Write the interval that chance alone allows, « de 8 à 25 »; nothing when there is none."""
    if high is None or absent(low) or absent(high):
        return ""
    wide = 0 if float(high) >= 10 else 1
    return f"de {shown(low, wide)} à {shown(high, wide)}"


def change(value: float | None, before: float | None, percent: float | None) -> str:
    """Write « +6,6 % » when a percentage may be printed, else the two counts, « 9 → 15 »."""
    if absent(value) or absent(before):
        return ""
    if percent is not None and not absent(percent):
        return f"{'+' if percent > 0 else ''}{shown(percent, 1)} %"
    return f"{shown(before)} → {shown(value)}"
