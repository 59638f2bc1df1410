"""The desk as an ASGI application: its addresses, and what every answer and every form must obey."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from pydantic import ValidationError
from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import FormData, MutableHeaders
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles

from pipelines.base.exit_codes import INTERNAL_FAULT, Stopped
from pipelines.base.wording import mebibytes
from pipelines.desk import acts, daily, given, received, sending
from pipelines.desk.answers import Desk
from pipelines.desk.forms import FIELD
from pipelines.desk.notes import Note
from pipelines.pages import render
from pipelines.settings.model import Settings

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

_STATIC = Path(render.__file__).parent / "bureau"
_LARGEST_FORM = 64 << 10
_MOST_FILES, _MOST_FIELDS = 100, 20
# Beside the bytes of the files, what the form itself takes.
_AROUND = 1 << 20
_SECURITY = {
    "Cache-Control": "no-store",
    # Without a referrer, a browser says of a form's origin « null »: it could not be told from another site's.
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
}
_POLICY = (
    "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; connect-src 'self'; form-action 'self'; "
    "base-uri 'none'; frame-ancestors 'none'"
)
_USED = (
    "Ce formulaire a déjà servi, ou sa page est ouverte depuis trop longtemps : rien n'a été fait. Rouvrir la page, "
    "et recommencer si c'est encore à faire."
)


class TooLarge(Exception):
    """More bytes were sent than a form may hold."""


def build(desk: Desk) -> ASGIApp:
    """Return the application; its paths are under `desk.base`, as the whole service sees them."""
    get = {
        "/": daily.today,
        "/calendrier": daily.show_calendar,
        "/calendrier/{fin}": daily.show_calendar,
        "/formulaires/{source}/{periode}": daily.form,
        "/deposer": received.drop_page,
        "/travaux/{numero}": received.work,
        "/travaux/{numero}/avance": received.advance,
        "/livraisons": received.deliveries,
        "/livraisons/{numero}": received.delivery,
        "/ecarts": received.findings,
        "/livraisons/{numero}/reponse": sending.open_answer,
        "/relances": daily.reminders,
        "/relances/{numero}": sending.open_reminder,
        "/messages": sending.show_journal,
        "/messages/{numero}": sending.open_sent,
        "/editions": given.show_editions,
        "/{ou}/{nom}/{edition}/{fichier}": given.edition_file,
        "/etat": daily.state,
    }
    routes = [Route(path, partial(view, desk), methods=["GET"]) for path, view in get.items()]
    routes += [Route(f"/faire/{name}", partial(_act, desk, name), methods=["POST"]) for name in acts.ACTS]
    static = Mount("/statique", StaticFiles(directory=_STATIC))
    inner = Mount(desk.base, routes=[static, *routes])
    foreseen = partial(_failed, desk)
    failing = {
        Exception: foreseen,
        Stopped: foreseen,
        ValidationError: foreseen,
        HTTPException: partial(_not_found, desk),
    }
    return _Framed(Starlette(routes=[inner], exception_handlers=failing))


async def _act(desk: Desk, name: str, request: Request) -> Response:
    """Take the form, its token first, then do what it asks; what it gives is shown by the page that follows."""
    settings = Settings()
    most = settings.max_file_bytes + _AROUND if name == "deposer" else _LARGEST_FORM
    try:
        bounded = Request(request.scope, _bounded(request, most))
        form = await bounded.form(max_files=_MOST_FILES if name == "deposer" else 0, max_fields=_MOST_FIELDS)
    except TooLarge:
        said = f"L'envoi dépasse {mebibytes(most)} : rien n'a été pris. Envoyer moins de fichiers à la fois."
        return await run_in_threadpool(desk.page, request, "refus", "", 413, phrase=said)
    try:
        if not desk.forms.take(form.get(FIELD)):
            return await run_in_threadpool(desk.page, request, "refus", "", 403, phrase=_USED)
        return await run_in_threadpool(_done, desk, name, settings, form)
    finally:
        await form.close()


def _done(desk: Desk, name: str, settings: Settings, form: FormData) -> Response:
    back = form.get("retour")
    try:
        with desk.acting:
            note, follows = acts.ACTS[name](settings, form)
    except Exception as error:
        sentence, _ = desk.describe(error)
        return desk.after(back, Note(sentence, failed=True))
    return desk.after(back if follows is None else follows, note)


def _bounded(request: Request, most: int) -> Receive:
    """Receive the body, and no more than so many bytes of it."""
    declared = request.headers.get("content-length", "")
    if declared.isdigit() and int(declared) > most:
        raise TooLarge
    received = 0

    async def receive() -> Message:
        nonlocal received
        message = await request.receive()
        received += len(message.get("body", b""))
        if received > most:
            raise TooLarge
        return message

    return receive


async def _failed(desk: Desk, request: Request, error: Exception) -> Response:
    sentence, code = await run_in_threadpool(desk.describe, error)
    status = 500 if code == INTERNAL_FAULT else 409
    return await run_in_threadpool(desk.page, request, "refus", "", status, phrase=sentence)


async def _not_found(desk: Desk, request: Request, error: Exception) -> Response:
    status = error.status_code if isinstance(error, HTTPException) else 404
    said = "Cette page n'existe pas." if status == 404 else "Cette demande n'est pas de celles que le bureau prend."
    return await run_in_threadpool(desk.page, request, "refus", "", status, phrase=said)


class _Framed:
    """Every answer says that it is kept nowhere, framed by nobody, and runs no script but the desk's own."""

    def __init__(self, application: ASGIApp) -> None:
        self._application = application

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def told(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                headers.update(_SECURITY)
                headers.setdefault("Content-Security-Policy", _POLICY)
            await send(message)

        await self._application(scope, receive, told)
