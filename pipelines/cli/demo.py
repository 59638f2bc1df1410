"""`vigie demo`."""

from __future__ import annotations

from pipelines.cli.screen import err, print_json
from pipelines.demo import write_demonstration
from pipelines.settings import Settings
from pipelines.wording import plural


def run(seed: int, as_json: bool) -> int:
    """Write the demonstration's files in the landing folder."""
    landing = Settings().paths.landing
    landing.mkdir(parents=True, exist_ok=True)
    written = write_demonstration(landing, seed)
    if as_json:
        print_json({"dossier": str(landing), "fichiers": [f.name for f in written]})
    else:
        err.print(f"Démonstration du Lot : {plural(len(written), 'fichier écrit', 'fichiers écrits')} dans {landing}")
    return 0
