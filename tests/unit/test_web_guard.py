"""What the guard of the web page lets through to Dagster, request by request."""

from __future__ import annotations

import asyncio
import html
import stat
from pathlib import Path

import httpx
import pytest
from dagster_webserver.webserver import DagsterWebserver
from starlette.routing import Mount, WebSocketRoute

from pipelines.cli import ui
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


@pytest.fixture
def door(tmp_path: Path) -> Door:
    return Door(tmp_path)


# ---- what Dagster's own page does


@pytest.mark.parametrize(
    "path", ["/", "/assets/published/vigie", "/_next/static/chunks/main.js", "/runs?status=FAILURE"]
)
def test_a_page_is_read(door: Door, path: str) -> None:
    assert door.ask("GET", door.folder + path, sec_fetch_site="same-origin").text == "dagster"
    assert door.ask("HEAD", door.folder + path).status_code == 200


def test_an_order_of_the_page_passes(door: Door) -> None:
    sent = JSON | {"origin": OWN, "sec_fetch_site": "same-origin"}
    assert door.ask("POST", f"{door.folder}/graphql", **sent).text == "dagster"
    assert door.ask("POST", f"{door.folder}/graphql", content_type="application/json; charset=utf-8").status_code == 200


def test_the_page_hears_news(door: Door) -> None:
    assert door.shake_hands(f"{door.folder}/graphql", origin=OWN) == "websocket.accept"


@pytest.mark.parametrize("name", ["127.0.0.1", "localhost", "LOCALHOST", "[::1]"])
def test_the_names_of_this_machine_are_known(door: Door, name: str) -> None:
    sent = JSON | {"host": f"{name}:{PORT}", "origin": f"http://{name.lower()}:{PORT}"}
    assert door.ask("POST", f"{door.folder}/graphql", **sent).status_code == 200


def test_the_port_that_browsers_leave_out_is_known(tmp_path: Path) -> None:
    door = Door(tmp_path, 80)
    assert door.ask("GET", f"{door.folder}/", host="127.0.0.1", origin="http://127.0.0.1").status_code == 200
    assert door.ask("GET", f"{door.folder}/", host=f"127.0.0.1:{PORT}").status_code == 421


def test_dagster_sees_no_cookie_and_its_answers_are_closed_to_others(door: Door) -> None:
    answer = door.ask("GET", f"{door.folder}/", accept="text/html")
    assert door.cookie.encode() not in repr(door.dagster.reached).encode()
    assert answer.headers["x-frame-options"] == "DENY"
    assert "frame-ancestors 'none'" in answer.headers["content-security-policy"]
    assert answer.headers["referrer-policy"] == "no-referrer"
    assert answer.headers["x-content-type-options"] == "nosniff"


# ---- attacks, each by someone whose browser has the cookie


@pytest.mark.parametrize(
    "host", [REBOUND, "127.0.0.1", f"127.0.0.1:{PORT + 1}", f"127.0.0.1.pirate.example:{PORT}", f"10.0.0.1:{PORT}", ""]
)
def test_another_host_is_refused(door: Door, host: str) -> None:
    answer = door.ask("POST", f"{door.folder}/graphql", host=host, **JSON)
    assert answer.status_code == 421
    assert "n'est pas celle de l'interface" in html.unescape(answer.text)
    assert door.shake_hands(f"{door.folder}/graphql", host=host) == "websocket.close"
    assert door.dagster.reached == []


def test_two_hosts_are_refused(door: Door) -> None:
    both = [("host", f"127.0.0.1:{PORT}"), ("host", REBOUND), ("cookie", door.cookie)]
    assert door.send(httpx.Request("GET", f"{OWN}{door.folder}/", headers=both)).status_code == 421
    assert door.dagster.reached == []


@pytest.mark.parametrize(
    "origin",
    [
        "null", "", "http://pirate.example", f"http://{REBOUND}", f"http://127.0.0.1:{PORT + 1}", "http://127.0.0.1",
        f"https://127.0.0.1:{PORT}", f"http://localhost:{PORT}", f"{OWN}.pirate.example", f"{OWN}/",
    ],
)  # fmt: skip
def test_another_origin_is_refused(door: Door, origin: str) -> None:
    answer = door.ask("POST", f"{door.folder}/graphql", origin=origin, **JSON)
    assert answer.status_code == 403
    assert "vient d'un autre site" in html.unescape(answer.text)
    assert door.ask("GET", f"{door.folder}/", origin=origin).status_code == 403
    assert door.dagster.reached == []
    if origin:
        assert door.shake_hands(f"{door.folder}/graphql", origin=origin) == "websocket.close"


@pytest.mark.parametrize("site", ["cross-site", "same-site", "anything"])
def test_a_request_that_a_page_from_elsewhere_caused_is_refused(door: Door, site: str) -> None:
    assert door.ask("GET", f"{door.folder}/", sec_fetch_site=site, sec_fetch_mode="navigate").status_code == 403
    assert door.ask("POST", f"{door.folder}/graphql", sec_fetch_site=site, **JSON).status_code == 403
    assert door.shake_hands(f"{door.folder}/graphql", sec_fetch_site=site) == "websocket.close"
    assert door.dagster.reached == []


@pytest.mark.parametrize("method", ["GET", "HEAD", "OPTIONS", "PUT", "DELETE", "PATCH", "TRACE"])
@pytest.mark.parametrize("path", ["/graphql", "/graphql/", "/%67raphql", "//graphql", "/GraphQL"])
def test_an_order_comes_by_post_alone(door: Door, method: str, path: str) -> None:
    answer = door.ask(method, f"{door.folder}{path}?query=mutation%7BstopSensor%7D", accept="*/*", **JSON)
    assert answer.status_code == 405
    assert door.dagster.reached == []


@pytest.mark.parametrize(
    "kind",
    [None, "text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=application/json",
     "application/graphql", "text/plain; application/json"],
)  # fmt: skip
def test_what_a_form_of_another_site_can_send_is_no_order(door: Door, kind: str | None) -> None:
    sent = {"content_type": kind} if kind else {}
    assert door.ask("POST", f"{door.folder}/graphql?query=mutation%7Bx%7D", **sent).status_code == 405
    assert door.dagster.reached == []


def test_a_handshake_elsewhere_than_for_news_is_refused(door: Door) -> None:
    assert door.shake_hands(f"{door.folder}/") == "websocket.close"


# ---- another account of the machine


@pytest.mark.parametrize(
    "cookie", [None, "vigie_jeton=", "vigie_jeton=pirate", "autre=1; vigie_jeton=x; vigie_jeton=é"]
)
def test_nobody_comes_without_the_cookie(door: Door, cookie: str | None) -> None:
    sent = cookie.encode("latin-1").decode("latin-1") if cookie else None
    for method, path in (
        ("GET", "/"),
        ("GET", f"{door.folder}/"),
        ("POST", f"{door.folder}/graphql"),
        ("GET", "/graphql"),
    ):
        answer = door.ask(method, path, cookie=sent, **JSON)
        assert answer.status_code == 403
        assert "vigie ui --adresse" in answer.text
        assert door.keys.folder not in answer.text
    assert door.shake_hands(f"{door.folder}/graphql", cookie=cookie or "") == "websocket.close"
    assert door.dagster.reached == []


def test_a_cookie_that_another_port_added_changes_nothing(door: Door) -> None:
    assert door.ask("GET", f"{door.folder}/", cookie=f"vigie_jeton=x; {door.cookie}; vigie_jeton=y").text == "dagster"


def test_the_address_opens_once(door: Door) -> None:
    address = door.address()
    opened = door.ask("GET", address, cookie=None, sec_fetch_site="cross-site")
    assert opened.status_code == 200
    assert f"url={door.folder}/" in opened.text
    assert door.ask("GET", address, cookie=None).status_code == 403
    # One who is in already, and reloads or presses « back », is shown in.
    assert door.ask("GET", address).headers["location"] == f"{door.folder}/"
    assert door.address() != address
    assert door.ask("GET", door.address(), cookie=None).status_code == 200
    assert door.dagster.reached == []


def test_the_address_opens_nothing_to_another_host_or_site(door: Door) -> None:
    assert door.ask("GET", door.address(), cookie=None, host=REBOUND).status_code == 421
    assert door.ask("GET", door.address(), cookie=None, origin="http://pirate.example").status_code == 403
    assert door.ask("POST", door.address(), cookie=None, **JSON).status_code == 403
    assert door.ask("GET", door.address(), cookie=None).status_code == 200


def test_the_cookie_is_kept_from_scripts_other_sites_and_other_paths(door: Door) -> None:
    told = door.ask("GET", door.address(), cookie=None).headers["set-cookie"].split("; ")
    assert {"HttpOnly", "SameSite=Strict", f"Path={door.folder}"} <= set(told)
    assert len(door.folder) > 16


def test_two_services_share_no_key(tmp_path: Path) -> None:
    first, second = Keys(tmp_path / "a", PORT), Keys(tmp_path / "b", PORT)
    assert (first.folder, first.address, first.set_cookie) != (second.folder, second.address, second.set_cookie)
    assert not second.holds([first.set_cookie])


def test_the_address_is_written_for_its_owner_alone(door: Door) -> None:
    for _ in range(2):
        assert stat.S_IMODE(door.file.stat().st_mode) == 0o600
        door.ask("GET", door.address(), cookie=None)


def test_the_browser_is_not_given_the_address_among_its_arguments(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened: list[str] = []
    monkeypatch.setattr("webbrowser.open", opened.append)
    file = tmp_path / "ui.html"
    ui._open_in_browser(file, f"{OWN}/dossier/?jeton=secret")
    assert opened == [file.as_uri()]
    assert f"url={OWN}/dossier/?jeton=secret" in file.read_text(encoding="utf-8")
    assert stat.S_IMODE(file.stat().st_mode) == 0o600


# ---- what Dagster answers today: a route that a new version adds is looked at before it is let through


def test_every_route_of_dagster_is_known() -> None:
    routes = {r.path: r for r in DagsterWebserver(None).build_routes() if not isinstance(r, WebSocketRoute)}
    told = {path: sorted(set(r.methods) - {"HEAD"}) for path, r in routes.items() if not isinstance(r, Mount)}
    files = {path for path in told if path.count("/") == 1 and "." in path}
    assert {path: methods for path, methods in told.items() if path not in files} == {
        "/server_info": ["GET"],
        "/dagit_info": ["GET"],
        "/graphql": ["GET", "POST"],
        "/logs/{path:path}": ["GET"],
        "/notebook": ["GET"],
        "/dagit/notebook": ["GET"],
        "/download_debug/{run_id:str}": ["GET"],
        "/report_asset_materialization/{asset_key:path}": ["POST"],
        "/report_asset_check/{asset_key:path}": ["POST"],
        "/report_asset_observation/{asset_key:path}": ["POST"],
        "/{path:path}": ["GET"],
        "/": ["GET"],
    }


@pytest.mark.parametrize("what", ["materialization", "check", "observation"])
def test_what_is_reported_from_outside_is_refused(door: Door, what: str) -> None:
    assert door.ask("POST", f"{door.folder}/report_asset_{what}/published/vigie", **JSON).status_code == 405
    assert door.dagster.reached == []
