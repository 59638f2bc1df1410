"""What the guard lets through to the officer's desk, request by request; Dagster's page is guarded as before."""

from __future__ import annotations

from pathlib import Path

import pytest

from pipelines.webserver.keys import to_the_desk
from tests.support.door import OWN, PORT, REBOUND, Door

FORM = {"content_type": "application/x-www-form-urlencoded", "origin": OWN}


@pytest.fixture
def door(tmp_path: Path) -> Door:
    return Door(tmp_path)


@pytest.fixture
def act(door: Door) -> str:
    return f"{door.folder}/bureau/faire/charger"


def test_one_address_opens_both_and_once(door: Door) -> None:
    address = to_the_desk(door.address())
    assert address.startswith(f"{door.folder}/bureau/?jeton=")
    opened = door.ask("GET", address, cookie=None)
    assert f"url={door.folder}/bureau/" in opened.text
    assert f"Path={door.folder};" in opened.headers["set-cookie"]  # of Dagster's page too
    assert door.ask("GET", address, cookie=None).status_code == 403
    assert door.ask("GET", address).headers["location"] == f"{door.folder}/bureau/"
    assert door.dagster.reached == []


def test_the_address_opens_no_other_page(door: Door) -> None:
    key = door.address().partition("?")[2]
    assert door.ask("GET", f"{door.folder}/bureau/etat?{key}", cookie=None).status_code == 403
    assert door.ask("POST", f"{door.folder}/bureau/?{key}", cookie=None, **FORM).status_code == 403


@pytest.mark.parametrize("kind", [FORM["content_type"], "multipart/form-data; boundary=x"])
def test_a_form_of_the_desk_passes(door: Door, act: str, kind: str) -> None:
    sent = FORM | {"content_type": kind, "sec_fetch_site": "same-origin"}
    answer = door.ask("POST", act, **sent)
    assert answer.status_code == 200
    # A browser says « Origin: null » of a form whose page gives no referrer at all.
    assert answer.headers["referrer-policy"] == "same-origin"
    assert door.ask("GET", f"{door.folder}/").headers["referrer-policy"] == "no-referrer"


@pytest.mark.parametrize(
    ("changed", "status"),
    [
        ({"host": REBOUND}, 421), ({"host": ""}, 421), ({"origin": "http://pirate.example"}, 403),
        ({"origin": "null"}, 403), ({"origin": f"http://127.0.0.1:{PORT + 1}"}, 403), ({"origin": None}, 405),
        ({"sec_fetch_site": "cross-site"}, 403), ({"sec_fetch_site": "same-site"}, 403), ({"cookie": None}, 403),
        ({"cookie": "vigie_jeton=pirate"}, 403), ({"content_type": "text/plain"}, 405), ({"content_type": None}, 405),
        ({"content_type": "application/json"}, 405),
    ],
    ids=repr,
)  # fmt: skip
def test_a_form_with_something_forged_is_refused(door: Door, act: str, changed: dict, status: int) -> None:
    sent = FORM | changed
    cookie = sent.pop("cookie", "")
    answer = door.ask("POST", act, cookie=cookie, **{k: v for k, v in sent.items() if v is not None})
    assert answer.status_code == status
    assert door.dagster.reached == []


@pytest.mark.parametrize("path", ["/bureau", "/bureau/", "/bureau/etat", "/bureaufaire/charger", "/faire/charger"])
def test_only_the_acts_of_the_desk_are_posted_to(door: Door, path: str) -> None:
    assert door.ask("POST", door.folder + path, **FORM).status_code == 405
    assert door.dagster.reached == []


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH", "OPTIONS"])
def test_no_act_comes_by_another_method(door: Door, act: str, method: str) -> None:
    assert door.ask(method, act, **FORM).status_code == 405
    assert door.dagster.reached == []


def test_an_order_to_dagster_is_no_form(door: Door) -> None:
    assert door.ask("POST", f"{door.folder}/graphql", **FORM).status_code == 405
    assert door.dagster.reached == []
