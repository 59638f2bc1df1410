"""What a warehouse is made from, as one hash: the same hash is the same content."""

from __future__ import annotations

import hashlib
import json
from dataclasses import astuple

from pipelines import __version__
from pipelines.intake.catalogue import Catalogue
from pipelines.intake.register import Register
from pipelines.quality import known
from pipelines.quality.rules import expectations_fingerprint
from pipelines.settings import Settings
from pipelines.warehouse.dbt import project_fingerprint


def fingerprint(settings: Settings, register: Register, catalogue: Catalogue) -> str:
    """Hash of the deliveries in the order of their ranks, what is owed, the tables of format and meaning, the code."""
    made_from = {
        "tranches": register.ranked(),
        "dues": catalogue.owed_periods(settings.today),
        "departement": settings.departement,
        "gardes": sorted(settings.kept_departements) if settings.kept_departements is not None else None,
        "formats": catalogue.fingerprint,
        "modeles": project_fingerprint(),
        "attentes": expectations_fingerprint(),
        "erreurs_connues": [astuple(e) for e in known.valid(settings)],
        "version": __version__,
    }
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
