"""What a person meant by a word that is not quite one: the allowed one in another case, or those that look like it."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches

from pipelines.catalogue.labels import label_key

_NEAR = 3
# Words by which people look for a command, beside its own name; a word may lead to none of this version.
FRENCH = {
    "charger": "load", "chargement": "load", "chargements": "load", "importer": "load",
    "demonstration": "demo", "exemple": "demo",
    "telecharger": "fetch", "telechargement": "fetch",
    "etat": "status", "statut": "status", "situation": "status",
    "qualite": "quality", "controles": "quality",
    "tolerer": "tolerate", "ecart": "tolerate", "ecart-connu": "tolerate",
    "livraison": "deliveries", "livraisons": "deliveries", "fichiers": "deliveries", "refus": "deliveries",
    "retirer": "withdraw", "retrait": "withdraw", "supprimer": "withdraw",
    "choisir": "choose", "choix": "choose", "confirmer": "confirm", "confirmation": "confirm",
    "retablir": "reinstate", "remettre": "reinstate",
    "verifier": "verify", "verification": "verify",
    "reconstruire": "rebuild", "refaire": "rebuild", "reconstruction": "rebuild",
    "sauvegarder": "backup", "sauvegarde": "backup", "restaurer": "restore", "restauration": "restore",
    "modele": "templates", "modeles": "templates", "formulaire": "templates", "formulaires": "templates",
    "relance": "relances", "relancer": "relances", "rappel": "relances", "rappels": "relances",
    "cliche": "snapshot", "trimestre": "snapshot", "cliches": "snapshots", "mensuel": "edition", "annuel": "bilan",
    "rapport": "report", "excuser": "excuse", "excuses": "excuse",
    "requete": "sql", "interroger": "sql", "terminal": "console",
    "expliquer": "explain", "explication": "explain", "origine": "explain",
    "dictionnaire": "dictionary", "copier": "copy", "copie": "copy", "postgresql": "copy",
    "interface": "ui", "priorites": "plan",
    "verifier-tables": "check-tables", "mettre-a-jour": "upgrade", "sante": "sante",
}  # fmt: skip


def same(text: str, allowed: Iterable[str]) -> str | None:
    """Find the allowed word that differs by case, accents or dashes alone."""
    known = {_key(word): word for word in allowed}
    return known.get(_key(text))


def near(text: str, allowed: Iterable[str]) -> list[str]:
    """List those that look like it, the most alike first."""
    known = {_key(word): word for word in allowed}
    return [known[k] for k in get_close_matches(_key(text), list(known), n=_NEAR, cutoff=0.6)]


def meant(text: str, allowed: Iterable[str]) -> str:
    """Write « : vouliez-vous dire load ou snapshot ? », or nothing when nothing looks like it."""
    found = near(text, allowed)
    return f" : vouliez-vous dire {' ou '.join(found)} ?" if found else ""


def commands(text: str, known: Iterable[str]) -> list[str]:
    """List the commands that a word may mean: by its French name, else by its spelling."""
    names = {name: name for name in known}
    spoken = {word: name for word, name in FRENCH.items() if name in names} | names
    word = same(text, spoken)
    found = [word] if word else near(text, spoken)
    return list(dict.fromkeys(spoken[w] for w in found))


def _key(text: str) -> str:
    return label_key(text.strip()).replace(" ", "-")
