"""Which command a person meant by a word that is not quite one."""

from __future__ import annotations

from collections.abc import Iterable

from pipelines.officer.near import near, same

# Words by which people look for a command, beside its own name; a word may lead to none of this version.
FRENCH = {
    "charger": "load", "chargement": "load", "chargements": "load", "importer": "load",
    "demonstration": "demo", "exemple": "demo", "debut": "start", "commencer": "start", "depuis": "start",
    "telecharger": "fetch", "telechargement": "fetch",
    "etat": "status", "statut": "status", "situation": "status",
    "qualite": "quality", "controles": "quality",
    "tolerer": "tolerate", "ecart": "tolerate", "ecart-connu": "tolerate",
    "livraison": "deliveries", "livraisons": "deliveries", "fichiers": "deliveries", "refus": "deliveries",
    "retirer": "withdraw", "retrait": "withdraw", "supprimer": "withdraw",
    "choisir": "choose", "choix": "choose", "confirmer": "confirm", "confirmation": "confirm",
    "commenter": "comment", "commentaire": "comment", "menage": "menage", "nettoyer": "menage",
    "retablir": "reinstate", "remettre": "reinstate",
    "verifier": "verify", "verification": "verify",
    "reconstruire": "rebuild", "refaire": "rebuild", "reconstruction": "rebuild",
    "sauvegarder": "backup", "sauvegarde": "backup", "restaurer": "restore", "restauration": "restore",
    "modele": "templates", "modeles": "templates", "formulaire": "templates", "formulaires": "templates",
    "relance": "relances", "relancer": "relances", "rappel": "relances", "rappels": "relances",
    "message": "messages", "courriel": "messages", "courriels": "messages", "envois": "messages", "mail": "messages",
    "cliche": "snapshot", "trimestre": "snapshot", "cliches": "snapshots", "mensuel": "edition", "annuel": "bilan",
    "rapport": "report", "excuser": "excuse", "excuses": "excuse",
    "requete": "sql", "interroger": "sql", "terminal": "console",
    "expliquer": "explain", "explication": "explain", "origine": "explain",
    "dictionnaire": "dictionary", "copier": "copy", "copie": "copy", "postgresql": "copy",
    "interface": "ui", "priorites": "plan",
    "verifier-tables": "check-tables", "mettre-a-jour": "upgrade", "sante": "sante",
}  # fmt: skip


def commands(text: str, known: Iterable[str]) -> list[str]:
    """List the commands that a word may mean: by its French name, else by its spelling."""
    names = {name: name for name in known}
    spoken = {word: name for word, name in FRENCH.items() if name in names} | names
    word = same(text, spoken)
    found = [word] if word else near(text, spoken)
    return list(dict.fromkeys(spoken[w] for w in found))
