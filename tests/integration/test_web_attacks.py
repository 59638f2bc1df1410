"""`vigie ui`, attacked as a page of another site or another account of the machine would: nothing changes."""

from __future__ import annotations

import contextlib
import http.client
import json
import os
import stat
from collections.abc import Iterator
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from urllib.parse import quote

import pytest

from pipelines.exit_codes import LOCKED
from tests.conftest import Home
from tests.faults.service import Service
from tests.portal_server import reply, served
from tests.support.chromium import Chromium, Tab, chromium
from tests.support.web_page import WebPage

pytestmark = pytest.mark.xdist_group("interface")

# A name of another site, once its owner makes it point to this machine.
STRANGER = "pirate.example"
HOSTILE = Path(__file__).parent.parent / "support" / "hostile.html"
_STATE = """{
  repositoriesOrError { ... on RepositoryConnection { nodes { sensors { id sensorState { status } } } } }
  runsOrError { ... on Runs { results { runId } } }
  assetNodeOrError(assetKey: {path: ["snapshots", "cliches"]}) { ... on AssetNode { partitionKeys } }
}"""


@dataclass(frozen=True)
class State:
    """What an attack would change."""

    sensor: str
    runs: int
    quarters: tuple[str, ...]


class Target:
    """A service that runs, what its owner holds, and the order that nobody else may give."""

    def __init__(self, home: Home, service: Service) -> None:
        self.home, self.service, self.port = home, service, service.port
        assert service.page is not None
        self.page: WebPage = service.page
        sensor = self.page.ask(_STATE)["repositoriesOrError"]["nodes"][0]["sensors"][0]["id"]
        where = 'repositoryName: "__repository__", repositoryLocationName: "pipelines.definitions"'
        # Stop the sensor, add a quarter, start a run: all three are done, or none.
        self.order = f"""mutation {{
          stopSensor(id: "{sensor}") {{ __typename }}
          addDynamicPartition(
            repositorySelector: {{ {where} }}, partitionsDefName: "trimestres", partitionKey: "2099-T1"
          ) {{ __typename }}
          launchRun(executionParams: {{ selector: {{ {where}, jobName: "rappel_baac" }} }}) {{ __typename }}
        }}"""

    @property
    def state(self) -> State:
        told = self.page.ask(_STATE)
        [sensor] = told["repositoriesOrError"]["nodes"][0]["sensors"]
        return State(
            sensor["sensorState"]["status"],
            len(told["runsOrError"]["results"]),
            tuple(told["assetNodeOrError"]["partitionKeys"]),
        )

    def send(self, method: str, path: str, body: str | None = None, **headers: str) -> http.client.HTTPResponse:
        """One request, with these headers alone."""
        line = http.client.HTTPConnection("127.0.0.1", self.port, timeout=20)
        line.request(method, path, body, {name.replace("_", "-"): value for name, value in headers.items()})
        return line.getresponse()

    def address(self) -> str:
        """What the owner is told now."""
        done = self.home.run("ui", "--adresse")
        assert done.returncode == 0, done.stderr
        return done.stdout.strip()


@pytest.fixture(scope="module")
def target(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Target]:
    """A service of an empty home."""
    home = Home(tmp_path_factory.mktemp("interface") / "home")
    with Service(home) as service:
        yield Target(home, service)


@pytest.fixture
def unharmed(target: Target) -> Iterator[Target]:
    """The service; the test fails if anything was changed meanwhile."""
    before = target.state
    assert before.sensor == "RUNNING"
    yield target
    assert target.state == before


def _own(target: Target) -> dict[str, str]:
    """What the browser of someone who works here sends of itself."""
    return {"Host": f"127.0.0.1:{target.port}", "Cookie": target.page.cookie}


# ---- requests as they travel


@pytest.mark.parametrize(
    "forged",
    [
        {"Host": "pirate.example"}, {"Host": "pirate.example:{port}"}, {"Host": "127.0.0.1"}, {"Host": ""},
        {"Origin": "http://pirate.example"}, {"Origin": "null"}, {"Origin": "http://127.0.0.1:1"},
        {"Origin": "http://localhost:{port}"}, {"Sec-Fetch-Site": "cross-site"}, {"Sec-Fetch-Site": "same-site"},
        {"Content-Type": "text/plain"}, {"Content-Type": "application/x-www-form-urlencoded"},
        {"Content-Type": "application/graphql"}, {"Cookie": ""}, {"Cookie": "vigie_jeton=pirate"},
    ],
    ids=repr,
)  # fmt: skip
def test_an_order_with_something_forged_is_refused(unharmed: Target, forged: dict[str, str]) -> None:
    sent = _own(unharmed) | {"Content-Type": "application/json"}
    sent |= {name: value.replace("{port}", str(unharmed.port)) for name, value in forged.items()}
    body = json.dumps({"query": unharmed.order})
    for path in (f"{unharmed.page.folder}/graphql", "/graphql"):
        answer = unharmed.send("POST", f"{path}?query={quote(unharmed.order)}", body, **sent)
        assert answer.status in {403, 405, 421}, forged
        assert "Demande refusée" in answer.read().decode()


@pytest.mark.parametrize("method", ["GET", "HEAD", "PUT", "OPTIONS"])
@pytest.mark.parametrize("cookie", [True, False])
def test_no_order_is_taken_by_another_method(unharmed: Target, method: str, cookie: bool) -> None:
    sent = _own(unharmed) if cookie else {"Host": f"127.0.0.1:{unharmed.port}"}
    for path in ("/graphql", "/graphql/", "/%67raphql"):
        answer = unharmed.send(method, f"{unharmed.page.folder}{path}?query={quote(unharmed.order)}", **sent)
        assert answer.status == (405 if cookie else 403)


@pytest.mark.parametrize("path", ["/", "/graphql", "/assets", "/server_info", "/download_debug/x", "/favicon.ico"])
def test_another_account_reads_nothing(unharmed: Target, path: str) -> None:
    for folder in ("", unharmed.page.folder):
        answer = unharmed.send("GET", folder + path, Host=f"127.0.0.1:{unharmed.port}")
        said = answer.read().decode()
        assert answer.status == 403
        assert "vigie ui --adresse" in said
        assert unharmed.page.folder not in said


@pytest.mark.parametrize(
    ("changed", "status"),
    [({}, 101), ({"Cookie": ""}, 403), ({"Origin": "http://pirate.example"}, 403), ({"Host": "pirate.example"}, 403)],
)
def test_a_handshake_needs_all_of_it(unharmed: Target, changed: dict[str, str], status: int) -> None:
    sent = _own(unharmed) | {
        "Origin": unharmed.page.origin, "Connection": "Upgrade", "Upgrade": "websocket",
        "Sec-WebSocket-Version": "13", "Sec-WebSocket-Key": "dGhlIHNhbXBsZSBub25jZQ==",
        "Sec-WebSocket-Protocol": "graphql-ws",
    } | changed  # fmt: skip
    assert unharmed.send("GET", f"{unharmed.page.folder}/graphql", **sent).status == status


def test_nothing_else_of_the_service_listens_to_other_accounts(target: Target) -> None:
    """One port, the guarded one; sockets in folders that only the owner enters."""
    inodes = {link.removeprefix("socket:[").rstrip("]") for link in _sockets(target)}
    ports, paths = set(), set()
    for table in ("tcp", "tcp6"):
        for line in Path(f"/proc/net/{table}").read_text().splitlines()[1:]:
            fields = line.split()
            if fields[3] == "0A" and fields[9] in inodes:
                host, _, port = fields[1].partition(":")
                ports.add((host, int(port, 16)))
    for line in Path("/proc/net/unix").read_text().splitlines()[1:]:
        fields = line.split()
        if fields[6] in inodes and fields[3] == "00010000":
            paths.add(Path(fields[7]))
    assert ports == {("0100007F", target.port)}
    assert len(paths) == 2
    assert {stat.S_IMODE(path.parent.stat().st_mode) for path in paths} == {0o700}


def _sockets(target: Target) -> set[str]:
    """The inodes of what the service's processes hold."""
    held = set()
    for process in target.service.processes():
        for descriptor in Path(f"/proc/{process}/fd").iterdir():
            with contextlib.suppress(OSError):
                held.add(os.readlink(descriptor))
    return {link.removeprefix("socket:[").rstrip("]") for link in held if link.startswith("socket:")}


def test_no_key_is_in_what_the_service_writes(target: Target) -> None:
    target.page.ask("{ version }")
    target.send("GET", target.address().partition(str(target.port))[2], Host=f"127.0.0.1:{target.port}")
    secret = target.page.cookie.partition("=")[2]
    for file in target.home.folder.rglob("*"):
        if file.is_file() and not file.is_symlink():
            said = file.read_bytes()
            assert secret.encode() not in said, file
            assert b"jeton=" not in said or file.name == "ui.adresse", file
    assert stat.S_IMODE((target.home.folder / "ui.adresse").stat().st_mode) == 0o600


def test_a_second_service_says_where_the_first_is(target: Target) -> None:
    done = target.home.run("ui", "--port", "0")
    assert done.returncode == LOCKED
    assert "est déjà ouverte" in done.stderr
    assert "vigie ui --adresse" in done.stderr


# ---- in a browser


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
    assert target.state == State("STOPPED", before.runs + 1, (*before.quarters, "2099-T1"))
