"""The lock is compared with the known vulnerabilities where their database answers, and never fails without it."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable
from pathlib import Path

import httpx
import pytest

from deploy import audit
from deploy.lock import Pin, pins

ADVISORY = "PYSEC-2099-1"


def client(answer: Callable[[httpx.Request], httpx.Response]) -> httpx.Client:
    return httpx.Client(base_url=audit.DATABASE, transport=httpx.MockTransport(answer))


def answering(**advisories: str) -> Callable[[httpx.Request], httpx.Response]:
    """A database that knows these advisories, by the name of their package."""

    def answer(request: httpx.Request) -> httpx.Response:
        named = [q["package"]["name"] for q in json.loads(request.content)["queries"]]
        results = [{"vulns": [{"id": advisories[n]}]} if n in advisories else {} for n in named]
        return httpx.Response(200, json={"results": results})

    return answer


def test_a_known_vulnerability_is_named_and_fails(capsys: pytest.CaptureFixture[str]) -> None:
    assert audit.main(client(answering(jinja2=ADVISORY))) == 1
    said = capsys.readouterr().out
    assert f"jinja2 {next(p.version for p in pins() if p.name == 'jinja2')} : {ADVISORY}" in said
    assert "Vulnérabilités connues : 1" in said


def test_nothing_known_is_said(capsys: pytest.CaptureFixture[str]) -> None:
    assert audit.main(client(answering())) == 0
    assert "Vulnérabilités connues : aucune" in capsys.readouterr().out


def refused(request: httpx.Request) -> httpx.Response:
    raise httpx.ConnectError("no network", request=request)


@pytest.mark.parametrize("answer", [
    refused, lambda _: httpx.Response(503), lambda _: httpx.Response(200, text="<html>"),
    lambda _: httpx.Response(200, json={"results": []}), lambda _: httpx.Response(200, json=[1]),
], ids=["sans réseau", "en panne", "une page", "une réponse vide", "autre chose"])  # fmt: skip
def test_without_the_database_a_sentence_says_so(
    answer: Callable[[httpx.Request], httpx.Response], capsys: pytest.CaptureFixture[str]
) -> None:
    assert audit.main(client(answer)) == 0
    assert "ne répond pas" in capsys.readouterr().out


def test_what_a_person_has_weighed_holds_until_its_day(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "pesees.csv"
    file.write_text(f"identifiant,paquet,motif,jusqu_au\n{ADVISORY},jinja2,essai,2025-06-30\n", encoding="utf-8")
    assert audit.weighed(dt.date(2025, 6, 30), file) == {(ADVISORY, "jinja2")}
    assert audit.weighed(dt.date(2025, 7, 1), file) == set()
    monkeypatch.setattr(audit, "weighed", lambda _: {(ADVISORY, "jinja2")})
    assert audit.main(client(answering(jinja2=ADVISORY))) == 0
    assert audit.main(client(answering(httpx=ADVISORY))) == 1


def test_packages_of_another_system_are_not_asked_for() -> None:
    lock = "colorama==0.4.6 ; sys_platform == 'win32' \\\n    --hash=sha256:00\nhttpx[http2]==0.28.1 \\\nnumpy==2.5.5 ; python_full_version >= '3.12' \\\n"  # noqa: E501
    assert pins(lock) == [Pin("colorama", "0.4.6", False), Pin("httpx", "0.28.1", True), Pin("numpy", "2.5.5", True)]
