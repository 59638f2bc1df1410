"""No form is taken without the token of a page, nor twice; no reading changes anything."""

from __future__ import annotations

from pathlib import Path

import httpx
import pytest

from pipelines.desk.acts import ACTS
from pipelines.desk.answers import PAGES
from pipelines.desk.forms import Forms
from tests.support.desk_client import BASE, ORIGIN, DeskClient, text_of, tree
from tests.support.typed import page_texts, shown_wrong

_OTHERS = ["/calendrier/2024-12", "/ecarts", "/livraisons?etat=refusee", "/travaux/abc", "/livraisons/abc",
           "/nulle-part",
           "/formulaires/service_returns/2025-03?pour=CGD%20CAHORS", "/editions/2024-T4/publique/rapport.html",
           "/apercus/..%2F..%2Fetc/publique/rapport.html", "/apercus/2024-T4/publique/manifest.json"]  # fmt: skip
_READ = [f"/{page}" for page, _ in PAGES] + _OTHERS


@pytest.mark.parametrize("path", _READ)
def test_reading_an_empty_home_answers_and_makes_nothing(desk: DeskClient, folder: Path, path: str) -> None:
    answer = desk.get(path)
    assert answer.status_code in {200, 404}
    assert not folder.exists()
    assert answer.headers["cache-control"] == "no-store"
    assert "script-src 'self'" in answer.headers["content-security-policy"]
    assert "unsafe" not in answer.headers["content-security-policy"]
    if answer.headers["content-type"].startswith("text/html"):
        assert [fault for text in page_texts(answer.text) for fault in shown_wrong(text)] == []
        assert "<script>" not in answer.text
        assert " style=" not in answer.text
        assert "onclick" not in answer.text


@pytest.mark.parametrize("act", sorted(ACTS))
@pytest.mark.parametrize("token", [None, "", "pirate"])
def test_a_form_without_the_token_of_a_page_does_nothing(
    desk: DeskClient, folder: Path, started: list, act: str, token: str | None
) -> None:
    sent = {"depuis": "2025-01", "motif": "m", "livraison": "x", "periode": "2025-T1", "fichier": "/nulle/part"}
    sent |= {} if token is None else {"jeton_formulaire": token}
    answer = desk._send(httpx.Request("POST", f"{ORIGIN}{BASE}/faire/{act}", data=sent))
    assert answer.status_code == 403
    assert "rien n'a été fait" in text_of(answer)
    assert not started
    assert not folder.exists()


def test_a_token_serves_once(desk: DeskClient, started: list) -> None:
    token = desk.token()
    assert desk.post("charger", jeton_formulaire=token).status_code == 303
    assert desk.post("charger", jeton_formulaire=token).status_code == 403
    assert started == [["load", "--wait"]]


def test_the_oldest_tokens_are_forgotten_first() -> None:
    forms = Forms()
    first = forms.issue()
    tokens = [forms.issue() for _ in range(2_000)]
    assert not forms.take(first)
    assert forms.take(tokens[-1])
    assert not forms.take(None)


@pytest.mark.parametrize("act", sorted(ACTS))
@pytest.mark.parametrize("method", ["GET", "HEAD", "PUT", "DELETE", "OPTIONS"])
def test_no_act_is_done_by_another_method(desk: DeskClient, folder: Path, started: list, act: str, method: str) -> None:
    assert desk.get(f"/faire/{act}?jeton_formulaire={desk.token()}", method).status_code == 405
    assert not started
    assert not folder.exists()


def test_a_page_is_not_posted_to(desk: DeskClient) -> None:
    assert desk.get("/etat", "POST").status_code == 405


@pytest.mark.parametrize(
    "place", ["//pirate.example", "http://pirate.example", "../graphql", "/etc", "a b", "x\r\nA: b"]
)
def test_a_form_leads_nowhere_else(desk: DeskClient, started: list, place: str) -> None:
    answer = desk.post("retirer", livraison="x", motif="m", retour=place)
    assert answer.headers["location"].startswith(f"{BASE}/?dit=")


def test_what_is_not_done_is_said_in_the_words_of_the_command(desk: DeskClient) -> None:
    assert "Non fait. Aucune livraison : rien n'a encore été chargé." in desk.do("retirer", livraison="x", motif="m")
    assert "Non fait. Le motif est vide." in desk.do("choisir", livraison="x", motif=" ")
    assert "Non fait. « 2025-99 » : une année n'a que douze mois" in desk.do("donner", periode="2025-99")


def test_a_form_that_is_too_large_is_refused(desk: DeskClient, folder: Path) -> None:
    answer = desk.post("retirer", livraison="x", motif="m" * 70_000)
    assert answer.status_code == 413
    assert not folder.exists()


def test_a_reason_is_shown_as_text(desk: DeskClient, folder: Path) -> None:
    said = "<script>alert(1)</script>"
    assert desk.post("excuser", quoi="CGD CAHORS", periode="2025-01", motif=said).status_code == 303
    shown = desk.get("/calendrier").text
    assert said not in shown
    assert "&lt;script&gt;" in shown


def test_an_excuse_is_written_and_taken_back(desk: DeskClient, folder: Path) -> None:
    assert "n'est plus attendu pour 2025-01..2025-03" in desk.do(
        "excuser", quoi="CGD CAHORS", periode="2025-01..2025-03", motif="effectif réduit", retour="calendrier"
    )
    assert "effectif réduit" in (folder / "excuses.csv").read_text(encoding="utf-8")
    before = tree(folder)
    assert desk.get("/calendrier").text.count('<td class="case excuse">') == 3
    assert tree(folder) == before
    again = desk.do("reprendre", quoi="SRV-46-GN-CGD-CAHORS", periode="2025-01..2025-03", retour="calendrier")
    assert "est de nouveau attendu" in again
    assert desk.get("/calendrier").text.count('<td class="case excuse">') == 0
    assert "effectif" not in (folder / "excuses.csv").read_text(encoding="utf-8")
