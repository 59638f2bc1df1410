"""What a person decides of one delivery: withdrawn, reinstated, chosen. The archive is told first."""

from __future__ import annotations

from pipelines.base.wording import file_named
from pipelines.catalogue.load import load_catalogue
from pipelines.home.hold import held
from pipelines.home.register import ACCEPTED, CHOSEN, REINSTATED, SET_ASIDE, WITHDRAWN, Register
from pipelines.officer.done import Done, NotDone
from pipelines.officer.which import decide, which
from pipelines.reception.contents import is_return
from pipelines.settings.model import Settings

NEEDED = {WITHDRAWN: (ACCEPTED, SET_ASIDE), REINSTATED: (WITHDRAWN, SET_ASIDE)}
_WORDS = {
    WITHDRAWN: ("vigie withdraw", "retirée", "sans"),
    REINSTATED: ("vigie reinstate", "rétablie", "avec"),
}
_PLAIN = {ACCEPTED: "acceptée", WITHDRAWN: "retirée", SET_ASIDE: "mise à l'écart"}
NOTHING_YET = "Aucune livraison : rien n'a encore été chargé."


def withdraw(settings: Settings, given: str, reason: str) -> Done:
    """Record a withdrawal; the next load rebuilds without the delivery. Raises NotDone, Unclear and LockHeld."""
    return _change(settings, given, reason, WITHDRAWN)


def reinstate(settings: Settings, given: str, reason: str) -> Done:
    """Take a withdrawal back; the next load rebuilds with the delivery. Raises NotDone, Unclear and LockHeld."""
    return _change(settings, given, reason, REINSTATED)


def _change(settings: Settings, given: str, reason: str, decision: str) -> Done:
    paths = settings.paths
    command, done, after = _WORDS[decision]
    _check(settings, reason)
    with held(paths, command), Register(paths.register) as register:
        delivery = which(register, given, lambda d: d["statut"] in NEEDED[decision])
        if delivery["statut"] not in NEEDED[decision]:
            wanted = " ni ".join(_PLAIN[status] for status in NEEDED[decision])
            raise NotDone(f"La livraison {file_named(delivery)} n'est pas {wanted} : rien à changer.")
        decide(paths, register, delivery, decision, reason)
    return Done(
        f"Livraison {file_named(delivery)} {done}. L'entrepôt publié n'a pas changé : "
        f"lancer vigie load pour le reconstruire {after} elle.",
        {"livraison_id": delivery["livraison_id"], "decision": decision, "motif": reason},
    )


def choose(settings: Settings, given: str, reason: str) -> Done:
    """Record which of two public files of one edition counts. Raises NotDone, Unclear and LockHeld."""
    paths = settings.paths
    _check(settings, reason)
    with held(paths, "vigie choose"), Register(paths.register) as register:
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
            raise NotDone(
                f"{file_named(delivery)} n'est en conflit avec aucun autre fichier public : rien à choisir. Entre "
                "deux fichiers d'un retour : vigie confirm"
            )
        decide(paths, register, delivery, CHOSEN, reason)
    slices = [f"{s['source']} {s['tranche'].replace('|', ' ')}" for s in settled]
    return Done(
        f"Livraison {file_named(delivery)} choisie pour {', '.join(slices)}. L'entrepôt publié n'a pas changé : "
        "lancer vigie load pour le reconstruire avec elle.",
        {"livraison_id": found, "decision": CHOSEN, "motif": reason, "tranches": slices},
    )


def _check(settings: Settings, reason: str) -> None:
    if not reason.strip():
        raise NotDone("Le motif est vide.")
    if not settings.paths.register.exists():
        raise NotDone(NOTHING_YET)
