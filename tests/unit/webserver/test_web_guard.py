"""What the guard of the web page lets through to Dagster, request by request."""

from __future__ import annotations

from pathlib import Path

import httpx
import pytest
from dagster_webserver.webserver import DagsterWebserver
from starlette.routing import Mount, WebSocketRoute

from tests.support.door import JSON, OWN, PORT, REBOUND, Door


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
    assert "n’est pas celle de l’interface" in answer.text
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
    assert "vient d’un autre site" in answer.text
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
