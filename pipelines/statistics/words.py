"""What may be said of a change, as codes of reference.verdicts: it comes from the test, never from the percentage."""

from __future__ import annotations

from pipelines.statistics.changes import ALPHA

RISE, FALL, NOT_SHOWN = "hausse", "baisse", "non_etablie"
TO_EXPLORE, NOTHING_FOUND = "a_explorer", "exploration"
WORSE, BETTER, NEUTRAL = "defavorable", "favorable", "neutre"


def verdict(p_value: float, ratio: float, called: bool, spoken_for: bool) -> str:
    """The code of a change that was tested. `spoken_for`: whether it is of a family whose words are given (a head, or
    a part of one that spoke); what is only explored is never called a rise or a fall.
    """
    if called:
        return RISE if ratio > 1 else FALL
    if spoken_for:
        return NOT_SHOWN
    return TO_EXPLORE if p_value <= ALPHA else NOTHING_FOUND


def reading(said: str, polarity: str) -> str:
    """`favorable`, `defavorable` or `neutre`: what is ambiguous is never called good or bad."""
    worse = {"hausse_defavorable": RISE, "hausse_favorable": FALL}.get(polarity)
    if worse is None or said not in (RISE, FALL):
        return NEUTRAL
    return WORSE if said == worse else BETTER
