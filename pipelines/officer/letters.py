"""The reminders that a home has to send today, and what no letter asks for."""

from __future__ import annotations

from pipelines.catalogue.load import load_catalogue
from pipelines.home.register import Register
from pipelines.officer.done import NotDone
from pipelines.publication.reading import require
from pipelines.publication.standing import Standing
from pipelines.reminders import Addressed, Reminder
from pipelines.reminders.owing import owing
from pipelines.settings.model import Settings


def letters(settings: Settings) -> tuple[list[Reminder], Addressed, Standing]:
    """Return the letters, how what is missing was sorted, and where it stands. Raises NotPublished and NotDone."""
    # What is published is asked for first: a register would be made in a home that has none.
    require(settings.paths.warehouse)
    with Register(settings.paths.register) as register:
        found = owing(settings, register, load_catalogue())
    if found is None:
        raise NotDone("L'entrepôt a été publié par une version qui ne relevait pas les manques. Lancer vigie load.")
    return found
