"""Periods, lists and names as the messages write them."""

from __future__ import annotations

import re

from pipelines.base.periods import SEVERAL, Period
from pipelines.templates.names import period_in_words

# Before one period; before the first of several; between the two.
_JOINTS = {"mois": ("pour", "de", "à"), "trimestre": ("pour le", "du", "au"), "annee": ("pour l'année", "de", "à")}


def span(first: str, last: str, count: int) -> str:
    """Write « pour mai 2020 », « du 1er trimestre 2021 au 4e trimestre 2021 (4 trimestres) », « de 2022 à 2024 »…"""
    start, end = Period.read(first), Period.read(last)
    alone, begins, ends = _JOINTS[start.kind]
    if first == last:
        return f"{alone} {period_in_words(start)}"
    return f"{begins} {period_in_words(start)} {ends} {period_in_words(end)} ({count} {SEVERAL[start.kind]})"


def listed(names: list[str], shown: int) -> str:
    """Write the first ones, and how many others: « a, b et 3 autres »."""
    left = len(names) - shown
    return ", ".join(names[:shown]) + (f" et {left} autre{'s' if left > 1 else ''}" if left > 0 else "")


def natural(code: str) -> list[tuple[bool, int, str]]:
    """Return a sort key that puts M2 before M10."""
    return [(part.isdigit(), int(part) if part.isdigit() else 0, part) for part in re.findall(r"\d+|\D+", code)]
