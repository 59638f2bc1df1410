"""Who owes something to this home now: the reminders, and what is asked of nobody."""

from __future__ import annotations

from pipelines.catalogue.model import Catalogue
from pipelines.home.register import Register
from pipelines.publication.missing import read_missing, read_silenced
from pipelines.publication.standing import Standing, standing
from pipelines.reading.verdict import DEMONSTRATION
from pipelines.reminders.addressed import Addressed, address
from pipelines.reminders.compose import Reminder, compose
from pipelines.settings.model import Settings


def owing(
    settings: Settings, register: Register, catalogue: Catalogue
) -> tuple[list[Reminder], Addressed, Standing] | None:
    """Compose a reminder a debtor; None when what is published does not tell what is missing. Raises NotPublished."""
    missing = read_missing()
    if missing is None:
        return None
    nature = register.nature()
    found = standing(settings, catalogue, missing, nature)
    sorted_out = address(catalogue, found.asked)
    mark = catalogue.ignored_sheets[0].demonstration_mark if nature == DEMONSTRATION else ""
    silenced = read_silenced() if sorted_out.letters else {}
    return compose(settings, sorted_out.letters, silenced, mark), sorted_out, found
