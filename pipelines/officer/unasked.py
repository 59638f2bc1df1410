"""What is missing and asked of nobody, in a line each: what is excused, what is older than the home."""

from __future__ import annotations

from pipelines.base.wording import plural
from pipelines.publication.standing import Standing
from pipelines.settings import identity
from pipelines.settings.model import Settings


def unasked(settings: Settings, found: Standing) -> list[str]:
    """French sentences; none when everything that is missing is asked for."""
    said = []
    if found.excused:
        excused = plural(len(found.excused), "absence excusée", "absences excusées")
        said.append(f"{excused} : personne n'en est relancé (vigie excuse --liste)")
    if found.earlier:
        known = identity.read(settings.paths.home)
        year = known.first_load[:4] if known else ""
        older = plural(len(found.earlier), "absence plus ancienne", "absences plus anciennes")
        said.append(
            f"{older} que {year} : aucune date de début n'est fixée, et rien d'avant l'année du premier chargement "
            f"n'est demandé. {how_to_start(year)}"
        )
    return said


def how_to_start(year: str) -> str:
    """How a start is set."""
    return f"La fixer : vigie start {year}-01"
