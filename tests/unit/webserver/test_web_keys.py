"""What opens the web page: an address, once, then a cookie."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest

from pipelines.cli import ui
from pipelines.webserver.keys import Keys
from tests.support.door import JSON, OWN, PORT, REBOUND, Door


@pytest.fixture
def door(tmp_path: Path) -> Door:
    return Door(tmp_path)


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
