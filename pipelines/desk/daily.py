"""The pages of each day: what to do, the calendar, reminders, where the home stands. None changes anything."""

from __future__ import annotations

import datetime as dt
import shutil
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from pipelines import __version__
from pipelines.base.periods import Period
from pipelines.base.wording import figure
from pipelines.catalogue.load import load_catalogue
from pipelines.desk import tasks
from pipelines.desk.answers import Desk, workbook
from pipelines.desk.sending import can_send
from pipelines.home.register import Register
from pipelines.messages import at_hand
from pipelines.messages.at_hand import Shown
from pipelines.officer import calendar, checks, to_do
from pipelines.officer.letters import letters
from pipelines.officer.loads import last_automatic, load_sentence
from pipelines.officer.running import running
from pipelines.officer.situation import checks_line, gather
from pipelines.officer.unasked import unasked
from pipelines.operations.backup import last_backup
from pipelines.publication.reading import NotPublished
from pipelines.quality import excuses
from pipelines.reminders import Reminder
from pipelines.reminders.addressed import here_lines, to_fetch_lines
from pipelines.reminders.excusable import excusables
from pipelines.settings.model import Settings
from pipelines.settings.tables import CatalogueError
from pipelines.templates import Known, NoTemplate, as_workbook, choose


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


def _period(text: str | None) -> Period | None:
    try:
        return Period.read(text) if text else None
    except ValueError:
        return None


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
    return workbook(as_workbook(templates[0]), name)


def reminders(desk: Desk, request: Request) -> Response:
    """The letters that ask for what is missing, and what no letter asks for."""
    settings = Settings()
    try:
        found, sorted_out, standing = letters(settings)
    except NotPublished:
        return desk.page(request, "relances", "relances", publie=False)
    written = {r.file_name: (settings.paths.reminders / r.file_name).exists() for r in found}
    drafts, faults = _drafts(settings, found)
    return desk.page(
        request, "relances", "relances", publie=True, lettres=found, ecrites=written, brouillons=drafts,
        defauts=faults, serveur=can_send(settings), partent=sum(d.may_leave for d in drafts.values()),
        dossier=str(settings.paths.reminders), publics=to_fetch_lines(sorted_out.to_fetch),
        ici=here_lines(sorted_out.here), autres=unasked(settings, standing),
    )  # fmt: skip


def _drafts(settings: Settings, found: list[Reminder]) -> tuple[dict[str, Shown], list[str]]:
    """Return the draft of each letter by the name of its file, or what is wrong in the table of addresses."""
    try:
        drafts = at_hand.as_drafts(settings, found)
    except CatalogueError as error:
        return {}, str(error).splitlines()
    return {r.file_name: d for r, d in zip(found, drafts, strict=True)}, []


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
        automatiques=_last_loads(settings), sauvegarde=made, age=age,
        libre=f"{figure(round(free.free / 2**30, 1))} Gio",
        part=round(100 * free.free / free.total), version=__version__, depuis=settings.depuis,
        controles=checks_line(told) if told["controles"] else "", regles=checks.found,
        travaux=tasks.latest(settings.paths)[:10],
    )  # fmt: skip
