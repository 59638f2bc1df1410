"""`vigie ui` in a browser: its page works, and a page of another site open beside it gives no order."""

from __future__ import annotations

import json
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler
from pathlib import Path

import pytest

from tests.support.chromium import Chromium, Tab, chromium
from tests.support.portal_server import reply, served
from tests.support.web_target import State, Target

pytestmark = [pytest.mark.long, pytest.mark.xdist_group("interface")]

# A name of another site, once its owner makes it point to this machine.
STRANGER = "pirate.example"
HOSTILE = Path(__file__).parent.parent / "support" / "hostile.html"


@pytest.fixture(scope="module")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Chromium]:
    with chromium(tmp_path_factory.mktemp("navigateur"), STRANGER) as opened:
        yield opened


@pytest.fixture(scope="module")
def inside(target: Target, browser: Chromium) -> Tab:
    """A tab of someone who works here, who came in under both names of the machine."""
    for name in ("localhost", "127.0.0.1"):
        tab = browser.open(target.address().replace("127.0.0.1", name))
        tab.wait("document.title.includes('Dagster') && !location.search.includes('jeton')")
    return tab


def test_the_interface_works(target: Target, inside: Tab) -> None:
    base = f"{target.page.origin}{target.page.folder}"
    inside.go(f"{base}/assets")
    inside.wait("document.body.innerText.includes('accidents_croises')")
    order = {"method": "POST", "headers": {"Content-Type": "application/json"}, "body": '{"query": "{ version }"}'}
    assert inside.run(f"fetch('{base}/graphql', {json.dumps(order)}).then(answer => answer.status)") == 200
    opened = f"new WebSocket('{base.replace('http', 'ws')}/graphql', 'graphql-ws')"
    assert inside.run(f"new Promise(told => {{ {opened}.onopen = () => told(true); setTimeout(told, 9000, false); }})")
    assert inside.run("document.cookie") == ""


class Recorder:
    """A server of another site: it gives the hostile page, and keeps what else reaches it."""

    def __init__(self, targets: list[str], order: str) -> None:
        page = HOSTILE.read_text(encoding="utf-8")
        self._page = page.replace("TARGETS", json.dumps(targets)).replace("ORDER", json.dumps(order))
        self.cookies: list[str] = []
        self.reached: set[tuple[str, str]] = set()

    def answer(self, request: BaseHTTPRequestHandler) -> None:
        self.cookies += request.headers.get_all("Cookie") or []
        if request.path == "/":
            reply(request, 200, self._page.encode(), {"Content-Type": "text/html"})
            return
        kind = request.headers.get("Upgrade") or request.headers.get("Content-Type", "").partition(";")[0]
        self.reached.add((request.command, kind))
        reply(request, 403)


def _attacked(browser: Chromium, targets: list[str], order: str, name: str) -> tuple[Recorder, dict]:
    """What a page under this name could do to these addresses."""
    recorder = Recorder(targets, order)
    with served(recorder.answer) as site:
        tab = browser.open(site.replace("127.0.0.1", name) + "/")
        told = tab.wait("window.told")
    return recorder, told


@pytest.mark.parametrize("name", ["127.0.0.1", "localhost", STRANGER])
def test_a_page_of_another_site_gives_no_order(unharmed: Target, browser: Chromium, inside: Tab, name: str) -> None:
    """Neither to the machine by its names, nor by a name that its owner makes point to the machine."""
    hosts = [f"http://{host}:{unharmed.port}" for host in ("127.0.0.1", "localhost", STRANGER)]
    targets = [f"{host}{folder}/graphql" for host in hosts for folder in ("", unharmed.page.folder)]
    targets += [f"{host}{unharmed.page.folder}/bureau/faire/charger" for host in hosts]
    recorder, told = _attacked(browser, targets, unharmed.order, name)
    assert told == {"read": [], "opened": []}
    assert not [cookie for cookie in recorder.cookies if "vigie_jeton" in cookie]


def test_that_page_does_send_orders(browser: Chromium) -> None:
    """What reaches one who is not guarded: without it, the test above would hold by accident."""
    victim = Recorder([], "")
    with served(victim.answer) as unguarded:
        _attacked(browser, [f"{unguarded}/graphql"], "mutation { stopSensor { x } }", STRANGER)
    assert {
        ("GET", ""), ("GET", "websocket"), ("POST", "text/plain"), ("POST", "application/x-www-form-urlencoded"),
        ("POST", "multipart/form-data"),
    } <= victim.reached  # fmt: skip


# ---- the last test, for it changes the home


def test_the_same_order_is_taken_from_the_page_itself(target: Target, inside: Tab) -> None:
    before = target.state
    sent = {
        "method": "POST",
        "headers": {"Content-Type": "application/json"},
        "body": json.dumps({"query": target.order}),
    }
    inside.run(f"fetch('{target.page.folder}/graphql', {json.dumps(sent)}).then(answer => answer.text())")
    assert target.state == State("STOPPED", before.runs + 1, (*before.quarters, "2099-T1"), before.acts)
