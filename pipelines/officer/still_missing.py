"""What is still asked for, as the quality page lists it."""

from __future__ import annotations

from duckdb import CatalogException

from pipelines.catalogue.load import load_catalogue
from pipelines.publication.reading import NotPublished, opened, rows
from pipelines.publication.standing import standing
from pipelines.reminders import address
from pipelines.settings.model import Settings

_MISSING = "select * from qualite.series_manquantes order by echeance, phrase"
_SHOWN = ("phrase", "debiteur", "jours_retard", "n_indicateurs")


def still_missing(settings: Settings) -> list[dict] | None:
    """List what is still asked for, in the columns of the page; excused absences are not."""
    try:
        with opened() as db:
            catalogue = load_catalogue()
            found = standing(settings, catalogue, rows(db, _MISSING))
    except (NotPublished, CatalogException):
        return None
    others = address(catalogue, found.asked)
    told = {id(row): f"Fichier public : vigie fetch {row['source']}" for row in others.to_fetch}
    told |= {id(row): "À faire ici, à la préfecture" for row in others.here}
    return [
        {name: row[name] for name in _SHOWN} | {"demande_a": told.get(id(row), row["debiteur"])} for row in found.asked
    ]
