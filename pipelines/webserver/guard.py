"""What stands before the officer's desk, and before Dagster's web application, which answers anyone who reaches it and
takes orders by GET.

A page of another site makes the browser of someone who works here send requests; another account of the machine sends
its own. Neither has the cookie, and what a browser sends says where it comes from.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from starlette.datastructures import Headers, MutableHeaders, QueryParams
from starlette.responses import HTMLResponse, Response

from pipelines.pages.render import render
from pipelines.webserver.keys import DESK, PARAMETER, Keys

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

_READS = {"GET", "HEAD"}
# Everything that changes something in Dagster goes through here, as its own page sends it.
_ORDERS, _ORDERS_AS = "/graphql", "application/json"
# The forms of the officer's desk, as browsers send them; each holds a token besides, which the desk checks.
_FORMS = f"{DESK}/faire/"
_FORMS_AS = (["application/x-www-form-urlencoded"], ["multipart/form-data"])
_SECURITY = {
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}
_NO_FRAME = "frame-ancestors 'none'"
_NOTHING_LOADED = f"default-src 'none'; {_NO_FRAME}"

_STRANGE_HOST = "Cette adresse n'est pas celle de l'interface de Vigie."
_OTHER_SITE = "Cette demande vient d'un autre site : elle n'a pas été exécutée."
_NOT_ENTERED = "Cette page ne s'ouvre qu'avec l'adresse donnée par Vigie, et cette adresse ne sert qu'une fois."
_NOT_AN_ORDER = "L'interface de Vigie n'envoie pas de demande de cette forme : elle n'a pas été exécutée."


class Refusal(Exception):
    """Why a request is not passed on: an HTTP status and a sentence for who reads the page."""

    def __init__(self, status: int, sentence: str) -> None:
        super().__init__(sentence)
        self.status, self.sentence = status, sentence


class Guard:
    """An ASGI application that passes on what may pass, without the cookie, and refuses the rest with a French page."""

    def __init__(self, application: ASGIApp, keys: Keys) -> None:
        self._application = application
        self._keys = keys
        port = "" if keys.port == 80 else f":{keys.port}"  # what browsers leave out
        self._entrances = {f"{keys.folder}/", f"{keys.folder}{DESK}/"}
        self._hosts = {f"{name}{port}" for name in ("127.0.0.1", "localhost", "[::1]")}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await self._application(scope, receive, send)
            return
        headers = Headers(scope=scope)
        try:
            self._check_host_and_origin(headers)
            answer = self._entrance(scope, headers)
            if answer is None:
                self._check_right(scope, headers)
        except Refusal as refusal:
            if scope["type"] == "websocket":
                await send({"type": "websocket.close", "code": 1008})
                return
            answer = HTMLResponse(render("refus.html.j2", phrase=refusal.sentence), refusal.status)
        if answer is not None:
            answer.headers.setdefault("Cache-Control", "no-store")
            answer.headers["Content-Security-Policy"] = _NOTHING_LOADED
            await answer(scope, receive, _secured(send))
            return
        passed = [(name, value) for name, value in scope["headers"] if name != b"cookie"]
        await self._application({**scope, "headers": passed}, receive, _secured(send, self._is_of_the_desk(scope)))

    def _is_of_the_desk(self, scope: Scope) -> bool:
        return bool(scope["path"].removeprefix(self._keys.folder).startswith(f"{DESK}/"))

    def _check_host_and_origin(self, headers: Headers) -> None:
        # A name that another site's owner makes point to this machine is not one of its names.
        hosts = headers.getlist("host")
        if len(hosts) != 1 or hosts[0].lower() not in self._hosts:
            raise Refusal(421, _STRANGE_HOST)
        if any(origin != f"http://{hosts[0].lower()}" for origin in headers.getlist("origin")):
            raise Refusal(403, _OTHER_SITE)

    def _entrance(self, scope: Scope, headers: Headers) -> Response | None:
        """The page that gives the cookie, for a request that comes by the address; None for any other request."""
        page = scope["path"]
        given = QueryParams(scope["query_string"]).get(PARAMETER)
        if given is None or scope["type"] != "http" or scope["method"] != "GET" or page not in self._entrances:
            return None
        if self._keys.enter(given):
            # A redirection would still be part of the visit that another program began: a strict cookie is not sent.
            return HTMLResponse(render("entree.html.j2", page=page), headers={"Set-Cookie": self._keys.set_cookie})
        if self._keys.holds(headers.getlist("cookie")):
            return Response(status_code=303, headers={"Location": page})
        raise Refusal(403, _NOT_ENTERED)

    def _check_right(self, scope: Scope, headers: Headers) -> None:
        # A page of another port of this machine is of the same site: it has no business here either.
        if headers.get("sec-fetch-site", "none") not in {"same-origin", "none"}:
            raise Refusal(403, _OTHER_SITE)
        if not self._keys.holds(headers.getlist("cookie")):
            raise Refusal(403, _NOT_ENTERED)
        path = scope["path"].removeprefix(self._keys.folder)
        orders = path.strip("/").lower() == _ORDERS.strip("/")
        if scope["type"] == "websocket":
            allowed = orders
        elif scope["method"] in _READS:
            allowed = not orders
        elif path.startswith(_FORMS):
            # A browser always says where a form comes from; what says nothing is not one.
            allowed = scope["method"] == "POST" and "origin" in headers and _sent_as(headers) in _FORMS_AS
        else:
            allowed = scope["method"] == "POST" and path == _ORDERS and _sent_as(headers) == [_ORDERS_AS]
        if not allowed:
            raise Refusal(405, _NOT_AN_ORDER)


def _sent_as(headers: Headers) -> list[str]:
    return [value.partition(";")[0].strip().lower() for value in headers.getlist("content-type")]


def _secured(send: Send, desk: bool = False) -> Send:
    """Add what every answer says; a page of the desk says which of its own addresses led to another."""
    added = {**_SECURITY, "Referrer-Policy": "same-origin"} if desk else _SECURITY

    async def told(message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = MutableHeaders(scope=message)
            headers.update(added)
            headers.append("Content-Security-Policy", _NO_FRAME)
        await send(message)

    return told
