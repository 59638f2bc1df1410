"""`vigie ui`, sent forged requests, or asked by another account of the machine: nothing changes, nothing is read."""

from __future__ import annotations

import contextlib
import json
import os
import stat
from pathlib import Path
from urllib.parse import quote

import pytest

from pipelines.base.exit_codes import LOCKED
from tests.support.web_target import Target

pytestmark = pytest.mark.xdist_group("interface")


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


@pytest.mark.parametrize(
    "forged",
    [
        {"Host": "pirate.example:{port}"}, {"Origin": "http://pirate.example"}, {"Origin": "null"}, {"Origin": None},
        {"Origin": "http://127.0.0.1:1"}, {"Sec-Fetch-Site": "cross-site"}, {"Sec-Fetch-Site": "same-site"},
        {"Content-Type": "text/plain"}, {"Content-Type": "application/json"}, {"Cookie": None},
    ],
    ids=repr,
)  # fmt: skip
def test_a_form_of_the_desk_with_something_forged_is_refused(unharmed: Target, forged: dict[str, str | None]) -> None:
    """Even with a token that would be taken."""
    sent: dict[str, str | None] = {
        **_own(unharmed), "Origin": unharmed.page.origin, "Content-Type": "application/x-www-form-urlencoded",
    }  # fmt: skip
    sent |= {name: value and value.replace("{port}", str(unharmed.port)) for name, value in forged.items()}
    body = f"jeton_formulaire={unharmed.form_token()}&quoi=CGD CAHORS&periode=2024-01&motif=pirate".replace(" ", "+")
    headers = {name: value for name, value in sent.items() if value is not None}
    answer = unharmed.send("POST", f"{unharmed.page.folder}/bureau/faire/excuser", body, **headers)
    assert answer.status in {403, 405, 421}


def test_a_token_of_the_desk_serves_once_and_nothing_is_done_by_reading(target: Target) -> None:
    token, path = target.form_token(), f"{target.page.folder}/bureau/faire/excuser"
    sent = _own(target) | {"Origin": target.page.origin, "Content-Type": "application/x-www-form-urlencoded"}
    body = f"jeton_formulaire={token}&quoi=CGD+CAHORS&periode=2024-01&motif=essai"
    before = target.state
    assert target.send("GET", f"{path}?{body}", **_own(target)).status == 405
    assert target.state == before
    assert target.send("POST", path, body, **sent).status == 303
    assert target.state.acts == before.acts + 1
    (target.home.folder / "excuses.csv").unlink()
    assert target.send("POST", path, body, **sent).status == 403
    assert target.state == before


@pytest.mark.parametrize(
    "path",
    [
        "/",
        "/graphql",
        "/bureau/",
        "/bureau/etat",
        "/bureau/statique/bureau.css",
        "/assets",
        "/server_info",
        "/download_debug/x",
        "/favicon.ico",
    ],
)
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
