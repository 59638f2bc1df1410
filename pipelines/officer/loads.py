"""What a load did, in one sentence."""

from __future__ import annotations

from pipelines.base.wording import plural
from pipelines.home.register import Register

# How a load that nobody asked for signs, in the register.
AUTOMATIC = "chargement automatique"
_LOOKED_AT = 50


def load_sentence(load: dict, running: bool = False) -> str:
    """« Chargement du 15/02/2025 à 08:12 : 3 fichiers reçus, 2 acceptés, 1 refusé ; publié en partie… »."""
    who = "Chargement automatique" if load["commande"].startswith(AUTOMATIC) else "Chargement"
    head = f"{who} du {_day(load['debut'])} à {load['debut'][11:16]}"
    if load["resultat"] is None:
        return f"{head} : {'en cours' if running else 'interrompu, le suivant reprendra ce qui restait'}."
    accepted, refused = load["acceptees"] or 0, load["refusees"] or 0
    files = (
        f"{plural(accepted + refused, 'fichier reçu', 'fichiers reçus')}, {plural(accepted, 'accepté')}, "
        f"{plural(refused, 'refusé')}"
        if accepted + refused
        else "aucun fichier nouveau"
    )
    return f"{head} : {files} ; {load['resultat']}."


def last_automatic(register: Register) -> dict | None:
    """Find the last load that nobody asked for, among the latest."""
    return next((d for d in register.last_loads(_LOOKED_AT) if d["commande"].startswith(AUTOMATIC)), None)


def _day(stamp: str) -> str:
    return "/".join(reversed(stamp[:10].split("-")))
