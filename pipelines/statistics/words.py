"""The words of a change: they come from the test, never from the percentage."""

from __future__ import annotations

from collections.abc import Iterable

RISE, FALL = "hausse significative", "baisse significative"
STABLE, UNKNOWN = "stable (variation non significative)", "non calculable"
WORSE, BETTER, NEUTRAL = "defavorable", "favorable", "neutre"


def word(p_value: float | None, ratio: float | None, called: bool) -> str:
    """`hausse significative`, `baisse significative`, `stable (variation non significative)` or `non calculable`."""
    if p_value is None or p_value != p_value:
        return UNKNOWN
    if not called:
        return STABLE
    return RISE if ratio is not None and ratio > 1 else FALL


def reading(said: str, polarity: str) -> str:
    """`favorable`, `defavorable` or `neutre`: what is ambiguous is never called good or bad."""
    worse = {"hausse_defavorable": RISE, "hausse_favorable": FALL}.get(polarity)
    if worse is None or said not in (RISE, FALL):
        return NEUTRAL
    return WORSE if said == worse else BETTER


def words(p_values: Iterable[float], ratios: Iterable[float], called: Iterable[bool]) -> list[str]:
    """The same for a family."""
    return [word(p, r, bool(c)) for p, r, c in zip(p_values, ratios, called, strict=True)]
