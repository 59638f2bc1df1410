"""The reminders that a home has to send today, and what no letter asks for."""

from __future__ import annotations

from pipelines.catalogue.load import load_catalogue
from pipelines.home.register import Register
from pipelines.officer.done import NotDone
from pipelines.publication.missing import read_missing, read_silenced
from pipelines.publication.standing import Standing, standing
from pipelines.reminders import Addressed, Reminder, address, compose
from pipelines.settings.model import Settings


def letters(settings: Settings) -> tuple[list[Reminder], Addressed, Standing]:
    """Return the letters, how what is missing was sorted, and where it stands. Raises NotPublished and NotDone."""
    missing = read_missing()
    if missing is None:
        raise NotDone("L'entrepôt a été publié par une version qui ne relevait pas les manques. Lancer vigie load.")
    catalogue = load_catalogue()
    with Register(settings.paths.register) as register:
        found = standing(settings, catalogue, missing, register.nature())
    sorted_out = address(catalogue, found.asked)
    return compose(settings, sorted_out.letters, read_silenced() if sorted_out.letters else {}), sorted_out, found
