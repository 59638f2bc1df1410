"""The pages of what is received: drops and their works, deliveries, what the checks found. None changes anything."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from pipelines.base.rows import slice_of
from pipelines.base.wording import mebibytes, printable
from pipelines.catalogue.load import load_catalogue
from pipelines.catalogue.model import Catalogue
from pipelines.desk import tasks
from pipelines.desk.answers import Desk, is_public
from pipelines.desk.sending import can_send
from pipelines.home import archive
from pipelines.home.register import ACCEPTED, REFUSED, SET_ASIDE, WITHDRAWN, Register
from pipelines.messages import at_hand
from pipelines.officer import corrections
from pipelines.officer.deliveries import DECISIONS, STATES, defect_sentence, remark_sentence, slice_uses
from pipelines.officer.words import slice_in_words
from pipelines.quality import known, record
from pipelines.quality.rules import WAREHOUSE, read_rules
from pipelines.reception import conflicts
from pipelines.settings.model import Settings

_LISTED = 200
_FINDINGS = 40


def drop_page(desk: Desk, request: Request) -> Response:
    """The form that sends files, and the last works."""
    settings = Settings()
    return desk.page(
        request, "deposer", "deposer", arrivee=str(settings.paths.landing), limite=mebibytes(settings.max_file_bytes),
        travaux=tasks.latest(settings.paths)[:10],
    )  # fmt: skip


def work(desk: Desk, request: Request) -> Response:
    """One long work: how far it is, then what it gave."""
    return _work(desk, request, "travail")


def advance(desk: Desk, request: Request) -> Response:
    """The part of that page that changes, for the script that asks for it again and again."""
    return _work(desk, request, "_avance")


def _work(desk: Desk, request: Request, template: str) -> Response:
    settings = Settings()
    task = tasks.find(settings.paths, request.path_params["numero"])
    if task is None:
        return desk.page(request, "refus", "deposer", 404, phrase="Ce travail n'est plus gardé.")
    return desk.page(
        request, template, "deposer", travail=task, fichiers=_became(settings, task), dit=_outcome(task),
        edition=task.told.get("cliche"), apercu=Path(task.told["apercu"]).name if "apercu" in task.told else None,
        publique=is_public(str(task.told.get("cliche") or Path(str(task.told.get("apercu", ""))).name)),
    )  # fmt: skip


def _became(settings: Settings, task: tasks.Task) -> list[dict[str, str]]:
    """What each file that was dropped became, as the register says it now."""
    files = []
    if not task.files or not settings.paths.register.exists():
        return [f | {"etat": "", "motif": ""} for f in task.files]
    with Register(settings.paths.register) as register:
        proposed = {s["livraison_id"] for s in register.disputed() if s["proposee"]}
        for f in task.files:
            delivery = register.delivery(f["livraison_id"]) if f["livraison_id"] else None
            state = STATES[delivery["statut"]] if delivery else ""
            if delivery and delivery["livraison_id"] in proposed:
                state = "acceptée, correction proposée"
            files.append(f | {"etat": state, "motif": printable((delivery and delivery["motif"]) or ""),
                              "nom": printable(delivery["nom"]) if delivery else f["nom"]})  # fmt: skip
    return files


def _outcome(task: tasks.Task) -> list[str]:
    """What the command said at its end, in sentences."""
    told = task.told
    if task.running:
        return []
    if task.lost:
        return ["Ce travail s'est arrêté avant sa fin, sans rien dire : rien n'est perdu, le suivant reprend."]
    if "erreur" in told:
        return [told["erreur"], *told.get("raisons", [])]
    if "fichier" in told:
        return [f"Sauvegarde écrite : {told['fichier']}."]
    if "apercu" in told:
        return [f"Aperçu de {Path(told['apercu']).name} écrit. Rien n'est donné.", *told["raisons"]]
    if "cliche" in told:
        return [f"Cliché {told['cliche']} donné.", *told.get("avertissements", [])]
    said = [f"{told['resultat'][:1].upper()}{told['resultat'][1:]}."] if told.get("resultat") else []
    return said + ([told["incident"]] if told.get("incident") else [])


def deliveries(desk: Desk, request: Request) -> Response:
    """Every delivery, newest first."""
    settings = Settings()
    state = request.query_params.get("etat", "")
    found: list[dict[str, Any]] = []
    if settings.paths.register.exists():
        with Register(settings.paths.register) as register:
            used, proposed = register.used(), {s["livraison_id"] for s in register.disputed() if s["proposee"]}
            for d in reversed(register.deliveries()):
                use = "oui" if d["livraison_id"] in used else "non"
                if d["livraison_id"] in proposed:
                    use = "correction proposée" if use == "non" else "oui, et correction proposée"
                found.append(d | {"nom": printable(d["nom"]), "usage": use, "motif": printable(d["motif"] or "")})
    kept = [d for d in found if not state or d["statut"] == state]
    return desk.page(
        request, "livraisons", "livraisons", livraisons=kept[:_LISTED], reste=max(0, len(kept) - _LISTED), etat=state,
        etats=STATES, total=len(found),
    )  # fmt: skip


def delivery(desk: Desk, request: Request) -> Response:
    """One delivery: why, where, the words to send back, and what can be decided."""
    settings, catalogue = Settings(), load_catalogue()
    if not settings.paths.register.exists():
        return desk.page(request, "refus", "livraisons", 404, phrase="Rien n'a encore été chargé.")
    with Register(settings.paths.register) as register:
        one = register.delivery(request.path_params["numero"])
        if one is None:
            return desk.page(request, "refus", "livraisons", 404, phrase="Cette livraison n'est pas connue.")
        found = one["livraison_id"]
        slices, uses = register.slices(found), slice_uses(register, one)
        defects, decided = register.defects(found), register.decisions(found)
        proposed = corrections.gather(settings, register, catalogue, found)
        disputes = [
            c for c in conflicts.conflicts(settings, register, catalogue)
            if found in {d["livraison_id"] for d in c["livraisons"]}
        ]  # fmt: skip
        load = record.last_judged(register)
        findings = [f for f in (record.findings(register, load) if load else [])
                    if found in (f["livraisons"] or "").split(",") and f["connu_motif"] is None]  # fmt: skip
        names = {d["livraison_id"]: printable(d["nom"]) for d in register.deliveries()}
    remarks = archive.reception(settings.paths, one["sha256"]).get("remarques", [])
    kept = [t for p in proposed for t in p["tranches"]]
    return desk.page(
        request, "livraison", "livraisons", d=one | {"nom": printable(one["nom"])}, etat=STATES[one["statut"]],
        tranches=[s | {"usage": uses[slice_of(s)], "mots": _in_words(catalogue, s)} for s in slices],
        defauts=[defect_sentence(x) for x in defects],
        remarques=[remark_sentence(r) for r in remarks],
        decisions=[x | {"mot": DECISIONS[x["decision"]]} for x in decided], corrections=proposed,
        lectures={t["tranche"]: corrections.reads(t, p["commande"]) for p in proposed for t in p["tranches"]},
        a_dire=any(not t["lecture"] for t in kept), conflits=disputes, noms=names,
        reponse=at_hand.answer_to(settings, found) if one["statut"] == REFUSED else None, serveur=can_send(settings),
        retirable=one["statut"] in {ACCEPTED, SET_ASIDE}, retablissable=one["statut"] in {WITHDRAWN, SET_ASIDE},
        constats=findings[:_FINDINGS], tolerables=set(read_rules(WAREHOUSE)), annee=settings.today.year,
    )  # fmt: skip


def _in_words(catalogue: Catalogue, s: dict[str, Any]) -> tuple[str, str]:
    """The source of a slice, and the slice, as the forms name them."""
    words = slice_in_words(catalogue, s["source"], s["table_nom"], s["tranche"], s["periode"])
    return catalogue.source(s["source"]).label, words


def findings(desk: Desk, request: Request) -> Response:
    """What the checks found in the published data, and what is known of it."""
    settings = Settings()
    found: list[dict[str, Any]] = []
    if settings.paths.register.exists():
        with Register(settings.paths.register) as register:
            load = record.last_judged(register)
            found = [f for f in (record.findings(register, load) if load else []) if f["connu_motif"] is None]
    rank = {"bloquant": 0, "avertissement": 1, "information": 2}
    found.sort(key=lambda f: (rank.get(f["severite"], 9), f["regle_code"], f["objet"]))
    shown = found[:_FINDINGS]
    groups = [(rule, [f for f in shown if f["regle_code"] == rule])
              for rule in dict.fromkeys(f["regle_code"] for f in shown)]  # fmt: skip
    return desk.page(
        request, "ecarts", "livraisons", groupes=groups, reste=max(0, len(found) - _FINDINGS),
        noms={code: rule.name for code, rule in read_rules().items()}, annee=settings.today.year,
        tolerables=set(read_rules(WAREHOUSE)), connus=known.read(settings.paths.known_errors),
        aujourdhui=settings.today.isoformat(),
    )  # fmt: skip
