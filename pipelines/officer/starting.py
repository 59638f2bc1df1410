"""The first period that a home asks for."""

from __future__ import annotations

from pipelines.officer.done import Done
from pipelines.settings.model import Settings
from pipelines.settings.start import set_start


def begin(settings: Settings, text: str) -> Done:
    """Set the start date. Raises NoStart."""
    period = set_start(settings, text)
    return Done(f"Date de début : {period}. Rien d'avant n'est demandé à personne.", {"depuis": period})


def started(settings: Settings) -> Done:
    """Say what the start date is."""
    said = f"Date de début : {settings.depuis}." if settings.depuis else "Aucune date de début n'est fixée."
    return Done(said, {"depuis": settings.depuis and str(settings.depuis)})
