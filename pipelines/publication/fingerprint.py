"""What a warehouse is made from, as one hash: the same hash is the same content."""

from __future__ import annotations

import hashlib
import json
from dataclasses import astuple

from pipelines import __version__
from pipelines.catalogue.model import Catalogue
from pipelines.home.register import Register
from pipelines.quality import excuses, known
from pipelines.quality.rules import expectations_fingerprint
from pipelines.settings.model import Settings
from pipelines.warehouse.dbt import project_fingerprint


def fingerprint(settings: Settings, register: Register, catalogue: Catalogue) -> str:
    """Hash of the deliveries in the order of their ranks, what is owed, what is excused, the tables of format and
    meaning, the code.
    """
    owed = [
        (name, period, catalogue.source(name).is_owed(period, settings.starts(name)))
        for name, period in catalogue.owed_periods(settings.today)
    ]
    excused = [astuple(e) for e in excuses.read(settings.paths)]
    return _hash(_judged(settings, register, catalogue) | {"dues": owed, "excuses": excused})


def judgement_basis(settings: Settings, register: Register, catalogue: Catalogue) -> str:
    """Hash of all that a build's verdict rests on: another one, and what was set aside is worth another build. Not of
    what is owed: a day that passes changes no verdict.
    """
    return _hash(_judged(settings, register, catalogue))


def _judged(settings: Settings, register: Register, catalogue: Catalogue) -> dict[str, object]:
    return {
        "tranches": register.ranked(),
        "departement": settings.departement,
        "gardes": sorted(settings.kept_departements) if settings.kept_departements is not None else None,
        "formats": catalogue.fingerprint,
        "modeles": project_fingerprint(),
        "attentes": expectations_fingerprint(),
        "erreurs_connues": [astuple(e) for e in known.valid(settings)],
        "version": __version__,
    }


def _hash(made_from: dict[str, object]) -> str:
    return hashlib.sha256(json.dumps(made_from, sort_keys=True).encode()).hexdigest()


def build_is_needed(settings: Settings, register: Register, catalogue: Catalogue) -> bool:
    """Whether the published file would differ from what a build would give now."""
    last = register.last_publication()
    if not register.delivered_sources() and last is None:
        return False
    return (
        last is None
        or not settings.paths.warehouse.exists()
        or last["empreinte"] != fingerprint(settings, register, catalogue)
    )
