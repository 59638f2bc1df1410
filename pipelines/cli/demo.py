"""`vigie demo`."""

from __future__ import annotations

from pipelines.base.exit_codes import USAGE
from pipelines.base.wording import plural
from pipelines.cli.screen import answer, err, fail
from pipelines.demo import DEMONSTRATION_DEPARTEMENT, write_demonstration
from pipelines.settings.model import Settings


def run(seed: int, as_json: bool) -> int:
    """Write the demonstration's files in the landing folder."""
    settings = Settings()
    if settings.departement != DEMONSTRATION_DEPARTEMENT:
        return fail(
            f"La démonstration est celle du Lot, et ce dossier est du département {settings.departement} : ses retours "
            f"y seraient refusés. L'essayer dans un dossier à elle : VIGIE_HOME=/chemin/de/demonstration "
            f"VIGIE_DEPARTEMENT={DEMONSTRATION_DEPARTEMENT} vigie demo",
            USAGE,
        )
    landing = settings.paths.landing
    settings.paths.create()
    written = write_demonstration(landing, seed)
    said = f"Démonstration du Lot : {plural(len(written), 'fichier écrit', 'fichiers écrits')} dans {landing}"
    return answer(as_json, {"dossier": str(landing), "fichiers": [f.name for f in written]}, said, err)
