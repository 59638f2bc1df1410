"""Fetching over networks and on machines as they are: busy, closed, proxied, full, killed."""

from __future__ import annotations

import errno
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from pipelines.base.exit_codes import DONE, NOTHING_PUBLISHED, PARTLY_REFUSED
from pipelines.cli.fetch import exit_code
from pipelines.fetch import download as downloading
from pipelines.fetch.run import fetch
from pipelines.fetch.web import BadSetting, Web
from pipelines.home import announced
from pipelines.home.archive import MachineFault
from pipelines.settings.model import PROJECT, Settings
from tests.support.fetching import CONTENT, NAME, PLACES
from tests.support.portal_server import File, ForwardingProxy, Portal, reply, served


# ── the network as it is ───────────────────────────────────────────────────────
def test_a_server_that_is_busy_is_tried_again(bring, told: Portal) -> None:
    told.datasets["delinquance"] = [File(NAME, CONTENT, failing=[500, 503, 429])]
    assert (exit_code(bring()), told.gets(NAME)) == (DONE, 4)


def test_a_file_that_is_gone_is_said_and_the_others_come(bring, told: Portal) -> None:
    gone = File("usagers-2023.csv", b"x", address=f"{told.base}/parti/usagers-2023.csv")
    told.datasets["accidents"] = [gone, File("usagers-2022.csv", b"y")]
    outcome = bring(("road_safety",))
    assert (exit_code(outcome), bring.landed()) == (PARTLY_REFUSED, ["usagers-2022.csv"])
    assert "ne connaît pas cette adresse (404)" in outcome.failures[0].phrase


@pytest.mark.parametrize(
    ("status", "body", "said"),
    [(200, b"<html>portail captif", "ne répond pas en JSON"), (200, b'{"resources": 3}', "comme un catalogue"),
     (200, b"[" * 100_000, "ne répond pas en JSON"), (403, b"", "refuse de donner"),
     (500, b"", "indisponible (500)"), (404, b"", "ne connaît pas cette adresse")],
)  # fmt: skip
def test_a_catalogue_that_answers_badly_is_named(bring, told: Portal, status: int, body: bytes, said: str) -> None:
    told.datasets["delinquance"] = lambda request: reply(request, status, body)
    told.datasets["621df295"] = told.datasets["delinquance"]
    outcome = bring()
    assert said in outcome.failures[0].phrase
    assert "À faire : " in outcome.failures[0].phrase
    assert exit_code(outcome) == NOTHING_PUBLISHED


def test_a_catalogue_that_does_not_answer_is_asked_once_for_all(bring) -> None:
    with served(lambda request: None) as closed:
        pass
    outcome = bring(("ssmsi", "road_safety"), catalogue=closed)
    assert [f.sources for f in outcome.failures] == [["ssmsi"], ["road_safety"]]
    assert all("127.0.0.1 est injoignable" in f.phrase and "HTTPS_PROXY" in f.phrase for f in outcome.failures)
    assert exit_code(outcome) == NOTHING_PUBLISHED


def test_a_name_that_the_producer_gave_up_is_said(bring, told: Portal) -> None:
    told.datasets["delinquance"] = [File("tout-autre-chose.csv", CONTENT)]
    assert "n'a plus de fichier nommé « donnee-dep-*.csv »" in bring().failures[0].phrase


def test_redirections_are_followed_over_http_alone(bring, told: Portal) -> None:
    told.others["/r/1"] = lambda r: reply(r, 302, b"", {"Location": f"{told.base}/files/{NAME}"})
    told.others["/r/2"] = lambda r: reply(r, 302, b"", {"Location": "file:///etc/hostname"})
    file = File(NAME, CONTENT, address=f"{told.base}/r/1")
    told.datasets["delinquance"] = [file]
    assert exit_code(bring()) == DONE
    (bring.landing / NAME).unlink()
    file.address = f"{told.base}/r/2"
    assert "ni http ni https" in bring().failures[0].phrase
    file.address = "file:///etc/hostname"
    assert "n'a plus de fichier" in bring().failures[0].phrase
    assert bring.landed() == []


def test_the_proxy_of_the_environment_is_used_and_no_proxy_obeyed(
    bring, told: Portal, monkeypatch: pytest.MonkeyPatch
) -> None:
    proxy = ForwardingProxy()
    with served(proxy.answer) as address:
        monkeypatch.setenv("HTTP_PROXY", address.replace("http://", "http://agent:secret@"))
        assert exit_code(bring()) == DONE
        assert proxy.forwarded == [f"{told.base}/api/1/datasets/delinquance/", f"{told.base}/files/{NAME}"]
        monkeypatch.setenv("NO_PROXY", "127.0.0.1")
        bring()
        assert len(proxy.forwarded) == 2


def test_no_word_of_a_password_is_said_when_the_proxy_fails(bring, monkeypatch: pytest.MonkeyPatch) -> None:
    with served(lambda request: None) as closed:
        pass
    monkeypatch.setenv("HTTP_PROXY", closed.replace("http://", "http://agent:secret@"))
    assert "secret" not in str(bring().failures)
    for ill in ("socks5://agent:secret@machine:1", "http://agent:secret@machine:port"):
        monkeypatch.setenv("HTTP_PROXY", ill)
        with pytest.raises(BadSetting) as raised:
            bring()
        assert "secret" not in str(raised.value)
    with served(lambda request: reply(request, 407)) as asking:
        monkeypatch.setenv("HTTP_PROXY", asking)
        assert "demande un nom et un mot de passe" in bring().failures[0].phrase


def test_certificates_that_cannot_be_read_are_a_wrong_setting(
    bring, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "ac.pem").write_text("rien")
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "ac.pem"))
    with pytest.raises(BadSetting, match=r"Les certificats de .*ac\.pem ne se lisent pas"):
        bring()


# ── the machine as it is ───────────────────────────────────────────────────────
def test_a_full_disk_is_said_and_leaves_nothing(bring, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(downloading, "_receive", full)
    with pytest.raises(MachineFault, match="Disque plein"):
        bring()
    assert (bring.landed(), bring.parts()) == ([], [])


def test_a_memory_that_cannot_be_read_is_put_aside_and_nothing_comes_twice(bring, told: Portal) -> None:
    bring()
    file = bring.settings.paths.announced
    file.write_text('{"fichiers": {"a"')
    outcome = bring()
    assert (outcome.ledger_damaged, outcome.had, told.gets(NAME)) == (True, 1, 1)
    assert file.with_name("etat.json.illisible").exists()
    assert announced.read(file).fichiers


def test_on_a_disk_without_links_or_another_disk_the_file_is_copied_out_of_sight(
    bring, monkeypatch: pytest.MonkeyPatch
) -> None:
    def other_disk(*_: object) -> None:
        raise OSError(errno.EXDEV, "Invalid cross-device link")

    monkeypatch.setattr(downloading.os, "link", other_disk)
    bring()
    assert ((bring.landing / NAME).read_bytes(), bring.landed()) == (CONTENT, [NAME])


@pytest.mark.parametrize("verifiable", [True, False])
@pytest.mark.parametrize("named", [False, True])
def test_a_run_killed_around_the_naming_leaves_all_or_nothing_in_the_landing_folder(
    told: Portal, tmp_path: Path, named: bool, verifiable: bool
) -> None:
    if not verifiable:
        told.datasets["delinquance"] = [File(NAME, CONTENT, size=None, checksum=None)]
    script = (
        "import os, tests.support.fetching as t; from pipelines.fetch import run as r\n"
        "from pipelines.fetch.web import Web; from pipelines.settings.model import Settings\n"
        "place = r.place\n"
        f"r.place = lambda *a: ({named} and place(*a), os._exit(9))\n"
        "s = Settings(); s.paths.create()\n"
        "r.fetch(s, t.PLACES, ['ssmsi'], Web())\n"
    )
    environment = os.environ | {"VIGIE_HOME": str(tmp_path), "VIGIE_CATALOGUE": told.base}
    done = subprocess.run([sys.executable, "-c", script], env=environment, cwd=PROJECT, check=False)
    assert done.returncode == 9
    assert [f.read_bytes() for f in (tmp_path / "landing").iterdir()] == [CONTENT] * named
    with Web(patience=0.001) as web:
        fetch(Settings(home=tmp_path, catalogue=told.base), PLACES, ["ssmsi"], web)
    assert [(f.name, f.read_bytes()) for f in (tmp_path / "landing").iterdir()] == [(NAME, CONTENT)]
    assert [f.name for f in (tmp_path / "telechargements").iterdir()] == ["etat.json"]
    assert told.gets(NAME) == 1 or not verifiable  # the whole part was there: only its name lacked


def test_loading_does_not_import_what_fetching_needs() -> None:
    script = (
        "import sys, pipelines.cli.main, pipelines.cli.load, pipelines.cli.status, pipelines.defs.run\n"
        "print(sorted({'httpx', 'tenacity'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", script], cwd=PROJECT, capture_output=True, text=True, check=True)
    assert json.loads(done.stdout.replace("'", '"')) == []


def test_what_has_the_name_already_is_left_there_even_when_it_is_no_file(bring) -> None:
    (bring.landing / NAME).mkdir(parents=True)
    bring()
    assert bring.landed() == ["donnee-dep-data.gouv-2025 (2026-07-09).csv", NAME]
