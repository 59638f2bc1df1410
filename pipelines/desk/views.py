"""The pages of the desk: what each shows. None of them changes anything."""

from __future__ import annotations

import datetime as dt
import shutil
from pathlib import Path
from typing import Any

from starlette.requests import Request
from starlette.responses import FileResponse, Response

from pipelines import __version__
from pipelines.base.periods import Period
from pipelines.base.rows import slice_of
from pipelines.base.wording import mebibytes, printable
from pipelines.catalogue.load import load_catalogue
from pipelines.desk import tasks
from pipelines.desk.answers import Desk
from pipelines.home import archive
from pipelines.home.register import ACCEPTED, REFUSED, SET_ASIDE, WITHDRAWN, Register
from pipelines.officer import calendar, checks, corrections, editions, to_do
from pipelines.officer.deliveries import STATES, defect_sentence, remark_sentence, slice_uses
from pipelines.officer.letters import letters
from pipelines.officer.loads import last_automatic, load_sentence
from pipelines.officer.refusals import words_to_send_back
from pipelines.officer.running import running
from pipelines.officer.situation import checks_line, gather
from pipelines.officer.unasked import unasked
from pipelines.operations.backup import last_backup
from pipelines.publication.reading import NotPublished
from pipelines.quality import excuses, known, record
from pipelines.quality.rules import WAREHOUSE, read_rules
from pipelines.reception import conflicts
from pipelines.reminders.addressed import here_lines, to_fetch_lines
from pipelines.reminders.excusable import excusables
from pipelines.report.draw import PAGE, WORKBOOK
from pipelines.settings.model import Settings
from pipelines.snapshots.folder import PUBLIC, RESTRICTED, Name
from pipelines.templates import Known, NoTemplate, as_workbook, choose

_LISTED = 200
_FINDINGS = 40
_HTML_OF_A_REPORT = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; frame-ancestors 'none'"
_WORKBOOK_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def today(desk: Desk, request: Request) -> Response:
    """What to do, and what happened by itself."""
    settings = Settings()
    told = gather(settings)
    return desk.page(
        request, "aujourdhui", "", items=to_do.to_do(settings, told), chargements=_last_loads(settings),
        arrivee=told["arrivee"], publication=told["publication"],
        annee=str(settings.today.year), depuis=settings.depuis,
    )  # fmt: skip


def _last_loads(settings: Settings) -> list[str]:
    """The last load in one sentence, and the last automatic one when it is another."""
    if not settings.paths.register.exists():
        return []
    busy = running(settings.paths) is not None
    with Register(settings.paths.register) as register:
        [*found] = register.last_loads(1)
        automatic = last_automatic(register)
    if automatic and automatic not in found:
        found.append(automatic)
    return [load_sentence(load, busy) for load in found]


def show_calendar(desk: Desk, request: Request) -> Response:
    """Service × period: what came, what is late, what is excused."""
    settings = Settings()
    until = _period(request.path_params.get("fin"))
    last = until or Period(settings.today.year * 12 + settings.today.month - 1, 1)
    month = Period(last.first_month + last.months - 1, 1)
    catalogue = load_catalogue()
    return desk.page(
        request, "calendrier", "calendrier", tableaux=calendar.boards(settings, month), mots=calendar.WORDS,
        avant=Period(month.first_month - 12, 1), apres=Period(month.first_month + 12, 1), fin=month,
        dernier=Period(settings.today.year * 12 + settings.today.month - 2, 1),
        quoi=excusables(settings.departement, catalogue), excuses=excuses.read(settings.paths),
    )  # fmt: skip


def form(desk: Desk, request: Request) -> Response:
    """One form to fill in, as a workbook made on the fly: nothing is written."""
    settings = Settings()
    source, period = request.path_params["source"], request.path_params["periode"]
    who = request.query_params.get("pour") or None
    catalogue = load_catalogue()
    debtors = next((s.debtors for s in catalogue.sources if s.name == source), "")
    asked = {"service": who} if debtors == "services" else {"post": who} if debtors == "postes_iscg" else {}
    try:
        templates, _ = choose(
            settings.departement, settings.today, source, period, known=Known(settings.paths), **asked
        )
    except NoTemplate as nothing:
        return desk.page(request, "refus", "calendrier", 404, phrase=str(nothing))
    name = f"{templates[0].name}.xlsx"
    return Response(as_workbook(templates[0]), headers=_attached(name), media_type=_WORKBOOK_TYPE)


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
        publique=_is_public(str(task.told.get("cliche") or Path(str(task.told.get("apercu", ""))).name)),
    )  # fmt: skip


def _is_public(name: str) -> bool:
    """Whether an edition of this name has a public side: a month has none."""
    period = name.partition(".r")[0]
    return len(period) == 4 or "T" in period


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
        tranches=[s | {"usage": uses[slice_of(s)]} for s in slices], defauts=[defect_sentence(x) for x in defects],
        remarques=[remark_sentence(r) for r in remarks], decisions=decided, corrections=proposed,
        lectures={t["tranche"]: corrections.reads(t, p["commande"]) for p in proposed for t in p["tranches"]},
        a_dire=any(not t["lecture"] for t in kept), conflits=disputes, noms=names,
        lettre=words_to_send_back(settings, one, defects) if one["statut"] == REFUSED else "",
        retirable=one["statut"] in {ACCEPTED, SET_ASIDE}, retablissable=one["statut"] in {WITHDRAWN, SET_ASIDE},
        constats=findings[:_FINDINGS], tolerables=set(read_rules(WAREHOUSE)), annee=settings.today.year,
    )  # fmt: skip


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
    return desk.page(
        request, "ecarts", "livraisons", constats=found[:_FINDINGS], reste=max(0, len(found) - _FINDINGS),
        noms={code: rule.name for code, rule in read_rules().items()}, annee=settings.today.year,
        tolerables=set(read_rules(WAREHOUSE)), connus=known.read(settings.paths.known_errors),
        aujourdhui=settings.today.isoformat(),
    )  # fmt: skip


def reminders(desk: Desk, request: Request) -> Response:
    """The letters that ask for what is missing, and what no letter asks for."""
    settings = Settings()
    try:
        found, sorted_out, standing = letters(settings)
    except NotPublished:
        return desk.page(request, "relances", "relances", publie=False)
    written = {r.file_name: (settings.paths.reminders / r.file_name).exists() for r in found}
    return desk.page(
        request, "relances", "relances", publie=True, lettres=found, ecrites=written,
        dossier=str(settings.paths.reminders), publics=to_fetch_lines(sorted_out.to_fetch),
        ici=here_lines(sorted_out.here), autres=unasked(settings, standing),
    )  # fmt: skip


def show_editions(desk: Desk, request: Request) -> Response:
    """What can be given, what each period waits for, what was given."""
    settings = Settings()
    found = editions.standings(settings, editions.periods_to_show(settings))
    previews = settings.paths.previews
    return desk.page(
        request, "editions", "editions", etats=found, donnes=editions.given_editions(settings),
        apercus={p.name for p in previews.iterdir() if not p.name.startswith(".")} if previews.is_dir() else set(),
        publique=_is_public,
    )  # fmt: skip


def edition_file(desk: Desk, request: Request) -> Response:
    """A page or a workbook of an edition that was given, or of a preview."""
    settings, asked = Settings(), request.path_params
    roots = {"apercus": settings.paths.previews, "editions": settings.paths.snapshots}
    side, file = asked["edition"], asked["fichier"]
    known = asked["ou"] in roots and side in {RESTRICTED, PUBLIC} and file in {PAGE, WORKBOOK}
    try:
        path = roots[asked["ou"]] / str(Name.read(asked["nom"])) / side / file if known else None
    except ValueError:
        path = None
    if path is None or not path.is_file():
        return desk.page(request, "refus", "editions", 404, phrase="Cette édition n'est pas là.")
    if file == PAGE:
        return FileResponse(path, headers={"Content-Security-Policy": _HTML_OF_A_REPORT}, media_type="text/html")
    return FileResponse(path, headers=_attached(f"{asked['nom']} {side} {file}"), media_type=_WORKBOOK_TYPE)


def state(desk: Desk, request: Request) -> Response:
    """Where the home stands: loads, backup, disk, version."""
    settings = Settings()
    told = gather(settings)
    loads: list[dict[str, Any]] = []
    if settings.paths.register.exists():
        with Register(settings.paths.register) as register:
            loads = register.last_loads(10)
    busy = told["en_cours"] is not None
    made = last_backup(settings.paths)
    age = (dt.datetime.now().astimezone() - dt.datetime.fromisoformat(made["faite_le"])).days if made else None
    home = settings.paths.home
    free = shutil.disk_usage(next(p for p in (home, *home.parents) if p.is_dir()))
    return desk.page(
        request, "etat", "etat", told=told,
        chargements=[load_sentence(x, busy and i == 0) for i, x in enumerate(loads)],
        automatiques=_last_loads(settings), sauvegarde=made, age=age, libre=mebibytes(free.free),
        part=round(100 * free.free / free.total), version=__version__, depuis=settings.depuis,
        controles=checks_line(told) if told["controles"] else "", regles=checks.found,
        travaux=tasks.latest(settings.paths)[:10],
    )  # fmt: skip


def _period(text: str | None) -> Period | None:
    try:
        return Period.read(text) if text else None
    except ValueError:
        return None


def _attached(name: str) -> dict[str, str]:
    from urllib.parse import quote

    return {"Content-Disposition": f"attachment; filename*=UTF-8''{quote(name)}"}
