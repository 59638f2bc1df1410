"""Where a home stands: what is published, missing, refused, contradictory; who is loading."""

from __future__ import annotations

from pipelines.base.wording import plural
from pipelines.catalogue.load import load_catalogue
from pipelines.fetch.news import newer
from pipelines.home import announced
from pipelines.home.landing import waiting
from pipelines.home.register import Register
from pipelines.machine.lock import holder
from pipelines.messages import journal
from pipelines.officer import checks, corrections
from pipelines.officer.loads import last_automatic, load_sentence
from pipelines.officer.unasked import unasked
from pipelines.operations.backup import last_backup
from pipelines.postgresql import owed
from pipelines.publication import terms
from pipelines.publication.missing import read_missing
from pipelines.publication.reading import opened
from pipelines.publication.standing import standing
from pipelines.quality import record
from pipelines.reception import conflicts
from pipelines.reception.look import dropped
from pipelines.reminders import address
from pipelines.reminders.addressed import here_lines
from pipelines.settings.model import Settings


def gather(settings: Settings) -> dict:
    """Gather it as one mapping; its keys are those of `vigie status --json`."""
    paths = settings.paths
    told: dict = {
        "dossier": str(paths.home),
        "arrivee": str(paths.landing),
        "departement": settings.departement,
        "entrepot": str(paths.warehouse) if paths.warehouse.exists() else None,
        "publication": None,
        "nature": None,
        "livraisons": {},
        "jour_reference": None,
        "termes": [],
        "manquantes": None,
        "excusees": 0,
        "non_demandees": 0,
        "a_telecharger": [],
        "a_faire_ici": 0,
        "en_attente": 0,
        "en_cours": None,
        "conflits": [],
        "corrections_proposees": [],
        "mises_a_l_ecart": [],
        "controles": None,
        "controles_precedents": None,
        "dernier_chargement": None,
        "chargement_automatique": None,
        "copie_postgresql": None,
        "fichiers_officiels": None,
        "messages_en_attente": 0,
        "messages_a_regler": [],
        "sauvegarde": last_backup(paths),
    }
    told["en_cours"] = holder(paths.lock)
    ledger = announced.known(paths.announced)
    if not paths.register.exists():
        told["fichiers_officiels"] = newer(ledger, None, paths)
        told["en_attente"] = waiting(paths.landing, ())
        return told
    catalogue = load_catalogue()
    with Register(paths.register) as register:
        told["conflits"] = conflicts.conflicts(settings, register, catalogue)
        told["corrections_proposees"] = corrections.gather(settings, register, catalogue)
        told["nature"] = register.nature()
        told["publication"] = register.last_publication() if told["entrepot"] else None
        for d in register.deliveries():
            told["livraisons"][d["statut"]] = told["livraisons"].get(d["statut"], 0) + 1
        told["mises_a_l_ecart"] = [{k: d[k] for k in ("livraison_id", "nom", "motif")} for d in register.set_aside()]
        sent = journal.entries(register)
        told["messages_en_attente"] = sum(e.state in journal.DUE for e in sent)
        told["messages_a_regler"] = [
            {"message": e.short, "objet": e.subject, "adresses": list(e.addresses), "etat": e.words}
            for e in sent if e.state in journal.TO_SETTLE
        ]  # fmt: skip
        loads = register.last_loads(1)
        automatic = last_automatic(register)
        known = register.known_hashes()
        told["en_attente"] = waiting(paths.landing, known) + dropped(settings, register, catalogue, known)
        told["fichiers_officiels"] = newer(ledger, register, paths)
        if owed.is_owed(settings, register) or owed.last(settings, register):
            told["copie_postgresql"] = {
                "a_jour": not owed.is_owed(settings, register), "dernier_essai": owed.last(settings, register)
            }  # fmt: skip
        judged = [
            checks.gather(record.results(register, load), record.findings(register, load))
            for load in record.judged(register, 2)
        ]
    told["controles"], told["controles_precedents"] = (*judged, None, None)[:2]
    told["dernier_chargement"] = loads[0] if loads else None
    told["chargement_automatique"] = automatic and load_sentence(automatic, told["en_cours"] is not None)
    if told["publication"] and (missing := read_missing()) is not None:
        found = standing(settings, catalogue, missing, told["nature"])
        told["manquantes"] = found.asked
        others = address(catalogue, found.asked)
        told["a_telecharger"] = sorted({row["source"] for row in others.to_fetch})
        told["a_faire_ici"] = len(here_lines(others.here))
        told["excusees"], told["non_demandees"] = len(found.excused), len(found.earlier)
        told["non_demandees_dit"] = unasked(settings, found)
        told["jour_reference"] = missing[0]["jour_reference"] if missing else None
        with opened() as db:
            told["termes"] = terms.told(db, settings.today)
    return told


def messages_lines(told: dict) -> list[str]:
    """Name the messages that a person must settle, and count those that wait."""
    found = [f"Message ({m['etat']}) : {m['objet']}, à {', '.join(m['adresses'])} ({m['message']})"
             for m in told["messages_a_regler"]]  # fmt: skip
    waiting = told["messages_en_attente"]
    return found + (
        [plural(waiting, "message attend d'être envoyé", "messages attendent d'être envoyés")] if waiting else []
    )


def checks_line(told: dict) -> str:
    """Sum up the findings of the last judged load, and those of the time before."""
    before = told["controles_precedents"]
    line = checks.line(told["controles"])
    if before is None or before["constats"] == told["controles"]["constats"]:
        return line
    return f"{line} ; la fois d'avant, {checks.found(before)}"
