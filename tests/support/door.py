"""The guard of the web page before a Dagster that does nothing, asked without a network."""

from __future__ import annotations

import asyncio
from pathlib import Path

import httpx

from pipelines.webserver.guard import Guard
from pipelines.webserver.keys import Keys

PORT = 3000
OWN = f"http://127.0.0.1:{PORT}"
JSON = {"content-type": "application/json"}
ORDER = b'{"query": "mutation { stopSensor }"}'
# As another site names this machine, once its name is made to point here.
REBOUND = f"pirate.example:{PORT}"


class Dagster:
    """Answers everything, and keeps what reached it."""

    def __init__(self) -> None:
        self.reached: list[dict] = []

    async def __call__(self, scope, receive, send) -> None:
        self.reached.append(scope)
        if scope["type"] == "websocket":
            await send({"type": "websocket.accept"})
            return
        await send({"type": "http.response.start", "status": 200, "headers": [(b"x-frame-options", b"SAMEORIGIN")]})
        await send({"type": "http.response.body", "body": b"dagster"})


class Door:
    """The guard before such a Dagster, and the cookie of someone who entered."""

    def __init__(self, folder: Path, port: int = PORT) -> None:
        self.file = folder / "ui.adresse"
        self.keys = Keys(self.file, port)
        self.keys.write()
        self.dagster = Dagster()
        self.guard = Guard(self.dagster, self.keys)
        self.cookie = self.keys.set_cookie.partition(";")[0]
        self.folder = self.keys.folder

    def address(self) -> str:
        """What `vigie ui --adresse` prints, less the host."""
        return self.file.read_text(encoding="utf-8").strip().removeprefix(OWN)

    def ask(self, method: str, path: str, cookie: str | None = "", **headers: str) -> httpx.Response:
        """One request of one who entered, or with this cookie, or with none."""
        cookie = self.cookie if cookie == "" else cookie
        sent = headers | ({"cookie": cookie} if cookie else {})
        given = [(n.replace("_", "-").encode(), v.encode()) for n, v in sent.items()]
        return self.send(httpx.Request(method, f"{OWN}{path}", headers=given, content=ORDER))

    def send(self, request: httpx.Request) -> httpx.Response:
        async def asked() -> httpx.Response:
            async with httpx.AsyncClient(transport=httpx.ASGITransport(self.guard)) as client:
                return await client.send(request)

        return asyncio.run(asked())

    def shake_hands(self, path: str, **headers: str) -> str:
        """What a WebSocket handshake is answered: `websocket.accept` or `websocket.close`."""
        told: list[dict] = []

        async def send(message: dict) -> None:
            told.append(message)

        sent = {"host": f"127.0.0.1:{PORT}", "cookie": self.cookie} | headers
        scope = {
            "type": "websocket", "path": path, "query_string": b"",
            "headers": [(n.replace("_", "-").encode(), v.encode()) for n, v in sent.items() if v],
        }  # fmt: skip
        asyncio.run(self.guard(scope, None, send))
        return told[0]["type"]
