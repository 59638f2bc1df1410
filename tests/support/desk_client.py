"""The officer's desk asked without a network: pages, and forms with the token of the page that held them."""

from __future__ import annotations

import asyncio
import re
from html import unescape
from typing import Any

import httpx

from pipelines.cli.accident import describe
from pipelines.desk.answers import Desk
from pipelines.desk.application import build
from tests.support.typed import as_typed

BASE = "/dossier/bureau"
ORIGIN = "http://127.0.0.1:3000"
_TOKEN = re.compile(r'name="jeton_formulaire" value="([\w-]+)"')


class DeskClient:
    """A browser without a script: it reads a page, sends a form, follows to the next page."""

    def __init__(self) -> None:
        self.desk = Desk(BASE, "/dossier", describe)
        self._application = build(self.desk)

    def get(self, path: str = "/", method: str = "GET") -> httpx.Response:
        return self._send(httpx.Request(method, f"{ORIGIN}{BASE}{path}"))

    def read(self, path: str = "/") -> str:
        """The text of a page, as it is typed in the project."""
        answer = self.get(path)
        assert answer.status_code == 200, answer.text
        return text_of(answer)

    def token(self) -> str:
        """A token that a page gives now."""
        found = _TOKEN.search(self.get("/deposer").text)
        assert found
        return found[1]

    def post(self, act: str, files: list[tuple[str, bytes]] | None = None, **fields: str) -> httpx.Response:
        """Send a form as its page would; `files` go with it. The answer is not followed."""
        sent = {"jeton_formulaire": self.token()} | fields
        parts = [("fichiers", (name, content)) for name, content in files or []]
        return self._send(httpx.Request("POST", f"{ORIGIN}{BASE}/faire/{act}", data=sent, files=parts or None))

    def do(self, act: str, files: list[tuple[str, bytes]] | None = None, **fields: str) -> str:
        """The text of the page that follows a form."""
        answer = self.post(act, files, **fields)
        assert answer.status_code == 303, answer.text
        return self.read(answer.headers["location"].removeprefix(BASE).partition("#")[0])

    def _send(self, request: httpx.Request) -> httpx.Response:
        async def answered() -> httpx.Response:
            transport = httpx.ASGITransport(self._application, raise_app_exceptions=False)
            async with httpx.AsyncClient(transport=transport) as client:
                return await client.send(request)

        return asyncio.run(answered())


def text_of(answer: httpx.Response) -> str:
    """What a page says, without its marks."""
    body = answer.text.partition("<body>")[2]
    return as_typed(unescape(re.sub(r"<[^>]+>", " ", body)))


def tree(folder: Any) -> dict[str, int]:
    """Every file under a folder, and when it last changed: what an act that must change nothing leaves as it is."""
    return {str(f.relative_to(folder)): f.stat().st_mtime_ns for f in sorted(folder.rglob("*"))}
