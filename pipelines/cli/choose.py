"""`vigie choose`: which of two deliveries of one edition counts."""

from __future__ import annotations

from pipelines.cli.screen import err, fail, print_json
from pipelines.exit_codes import DONE, LOCKED, USAGE
from pipelines.intake import archive
from pipelines.intake.register import ACCEPTED, CHOSEN, Register, now
from pipelines.lock import LoadLock, LockHeld
from pipelines.settings import Settings
from pipelines.wording import printable


def run(prefix: str, reason: str, as_json: bool) -> int:
    """Record a person's choice, in the archive first. The next load rebuilds with the delivery that was chosen."""
    paths = Settings().paths
    if not reason.strip():
        return fail("Le motif est vide.", USAGE)
    if not paths.register.exists():
        return fail("Aucune livraison : rien n'a encore été chargé.", USAGE)
    try:
        with LoadLock(paths.lock, "vigie choose"), Register(paths.register) as register:
            delivery = register.delivery(prefix)
            if delivery is None or delivery["statut"] != ACCEPTED:
                return fail(
                    f"Aucune livraison acceptée, ou plusieurs, ne commence par {prefix}. Voir : vigie status", USAGE
                )
            found = delivery["livraison_id"]
            settled = [s for s in register.disputed() if s["conflit"] and s["livraison_id"] == found]
            if not settled:
                return fail(f"La livraison {found} n'est en conflit avec aucune autre : rien à choisir.", USAGE)
            when = now()
            decided = {"decision": CHOSEN, "motif": reason, "decide_le": when}
            archive.record_decision(paths.archive, delivery["sha256"], decided)
            register.decide(found, CHOSEN, reason, when)
    except LockHeld as held:
        return fail(held.sentence(), LOCKED)
    slices = [f"{s['source']} {s['tranche'].replace('|', ' ')}" for s in settled]
    if as_json:
        print_json({"livraison_id": found, "decision": CHOSEN, "motif": reason, "tranches": slices})
    else:
        err.print(
            f"Livraison {found} ({printable(delivery['nom'])}) choisie pour {', '.join(slices)}. L'entrepôt publié n'a "
            "pas changé : lancer vigie load pour le reconstruire avec elle.",
            markup=False,
        )
    return DONE
