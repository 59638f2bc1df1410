"""`vigie choose`: which of two deliveries of one edition counts."""

from __future__ import annotations

from pipelines.base.exit_codes import USAGE
from pipelines.base.wording import file_named
from pipelines.catalogue.load import load_catalogue
from pipelines.cli.screen import answer, err, fail
from pipelines.cli.which import decide, which
from pipelines.home.register import ACCEPTED, CHOSEN, Register
from pipelines.machine.lock import LoadLock
from pipelines.reception.contents import is_return
from pipelines.settings.model import Settings


def run(given: str, reason: str, as_json: bool) -> int:
    """Record a person's choice, in the archive first. The next load rebuilds with the delivery that was chosen."""
    paths = Settings().paths
    if not reason.strip():
        return fail("Le motif est vide.", USAGE)
    if not paths.register.exists():
        return fail("Aucune livraison : rien n'a encore été chargé.", USAGE)
    with LoadLock(paths.lock, "vigie choose"), Register(paths.register) as register:
        catalogue = load_catalogue()
        # A return has its lines, and its own command.
        contested = [
            s
            for s in register.disputed()
            if s["conflit"] and not is_return(catalogue.source(s["source"]), s["table_nom"])
        ]
        delivery = which(register, given, lambda d: d["livraison_id"] in {s["livraison_id"] for s in contested})
        found = delivery["livraison_id"]
        settled = [s for s in contested if s["livraison_id"] == found]
        if delivery["statut"] != ACCEPTED or not settled:
            return fail(
                f"{file_named(delivery)} n'est en conflit avec aucun autre fichier public : rien à choisir. Entre "
                "deux fichiers d'un retour : vigie confirm",
                USAGE,
            )
        decide(paths, register, delivery, CHOSEN, reason)
    slices = [f"{s['source']} {s['tranche'].replace('|', ' ')}" for s in settled]
    return answer(
        as_json,
        {"livraison_id": found, "decision": CHOSEN, "motif": reason, "tranches": slices},
        f"Livraison {file_named(delivery)} choisie pour {', '.join(slices)}. L'entrepôt publié n'a pas changé : "
        "lancer vigie load pour le reconstruire avec elle.",
        err,
    )
