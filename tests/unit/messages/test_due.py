"""What leaves without anyone asking: the news, once, and nothing that a person already knows."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from pipelines.base.exit_codes import DONE, INTERNAL_FAULT, INTERRUPTED, PARTLY_REFUSED
from pipelines.catalogue.load import load_catalogue
from pipelines.home.register import CUT_SHORT, Register
from pipelines.messages import dispatch, due, outbox
from pipelines.messages.addresses import Addresses
from pipelines.messages.draft import NOTICE, RECEIPT, REFUSAL, Draft, message_id
from pipelines.messages.outbox import Sent
from pipelines.settings.model import Settings
from tests.support.mail_server import Received
from tests.unit.messages.conftest import draft

CATALOGUE = load_catalogue()
CAHORS = "SRV-46-GN-CGD-CAHORS"
KNOWN = Addresses({CAHORS: ("cahors@exemple.fr",)})
DEFECT = {"code": "essai", "constat": "il manque la colonne « Faits »", "remede": "la rétablir", "feuille": None,
          "ligne": None, "colonne": None, "attendu": None}  # fmt: skip


@pytest.fixture
def officer(settings: Settings) -> Settings:
    return settings.model_copy(update={"smtp_avis": "referent@exemple.fr"})


def load(register: Register, name: str, code: int | None, result: str = "publié") -> None:
    register.open_load(name, "vigie load", "journal")
    if code is not None:
        register.close_load(name, code, result)


def refuse(register: Register, sha256: str, sender: str | None = CAHORS, days: int = 0, load: str = "x") -> None:
    """A refused delivery, received so many days ago, by a drop folder or not."""
    when = (datetime.now().astimezone() - timedelta(days=days)).isoformat(timespec="seconds")
    sent = {"depot": {"expediteur": sender, "dossier": "CGD CAHORS"}} if sender else {}
    reception = {"nom": "retour.xlsx", "recu_le": when, "nature": None, "chargement": load, "defauts": [DEFECT]}
    register.refuse(sha256 * 64, 10, reception | sent, "formats")


def notices(settings: Settings, register: Register) -> list[Draft]:
    return list(due.notices(settings, register, CATALOGUE))


def test_a_sound_load_is_no_news(officer: Settings, register: Register) -> None:
    load(register, "a", DONE)
    load(register, "b", INTERRUPTED, CUT_SHORT)
    assert notices(officer, register) == []


def test_a_load_that_died_is_told_by_the_next(officer: Settings, register: Register) -> None:
    load(register, "a", None)
    load(register, "b", DONE)
    [told] = notices(officer, register)
    assert told.kind == NOTICE
    assert "interrompu avant sa fin" in told.text


def test_the_same_incident_is_told_once_a_day(officer: Settings, register: Register) -> None:
    for name in "abc":
        load(register, name, INTERNAL_FAULT, "incident interne")
    assert len({message_id(officer, d) for d in notices(officer, register)}) == 1
    load(register, "d", INTERNAL_FAULT, "rien publié : le disque est plein")
    assert len({message_id(officer, d) for d in notices(officer, register)}) == 2


def test_the_officer_reads_which_files_are_refused_and_why(officer: Settings, register: Register) -> None:
    load(register, "x", PARTLY_REFUSED, "publié en partie")
    refuse(register, "a", sender=None)
    [told] = notices(officer, register)
    assert "Refusé : « retour.xlsx »" in told.text
    assert "il manque la colonne « Faits »" in told.text


def test_only_what_came_by_a_drop_folder_is_answered_and_only_while_it_is_news(
    settings: Settings, register: Register
) -> None:
    refuse(register, "a")
    refuse(register, "b", sender=None)
    refuse(register, "c", days=8)
    [answer] = due.receipts(settings, register, CATALOGUE, KNOWN)
    assert (answer.kind, answer.to, answer.addresses) == (REFUSAL, CAHORS, ("cahors@exemple.fr",))


def test_a_delivery_that_was_set_aside_since_is_not_answered(settings: Settings, register: Register) -> None:
    reception = {"nom": "r.xlsx", "recu_le": datetime.now().astimezone().isoformat(), "nature": "reelle",
                 "chargement": "x", "tranches": [], "depot": {"expediteur": CAHORS, "dossier": "x"}}  # fmt: skip
    register.accept("d" * 64, 1, reception, "formats")
    assert [d.kind for d in due.receipts(settings, register, CATALOGUE, KNOWN)] == [RECEIPT]
    register.decide("d" * 12, "ecartee", "casse l'entrepôt", "2025-01-01T00:00:00+01:00", "base")
    assert list(due.receipts(settings, register, CATALOGUE, KNOWN)) == []


@pytest.mark.parametrize(("automatic", "kinds"), [("", set()), ("avis", {NOTICE}), ("accuses", {REFUSAL}),
                                                  ("avis, accuses", {NOTICE, REFUSAL})])  # fmt: skip
def test_what_leaves_alone_is_what_is_set(
    automatic: str, kinds: set[str], officer: Settings, register: Register
) -> None:
    load(register, "x", PARTLY_REFUSED, "publié en partie")
    refuse(register, "a")
    settings = officer.model_copy(update={"smtp_automatique": automatic})
    assert {d.kind for d in due.after_load(settings, register, CATALOGUE, KNOWN)} == kinds


def test_without_a_server_nothing_is_even_looked_at(settings: Settings, tmp_path: Path) -> None:
    nowhere = settings.model_copy(update={"smtp_serveur": ""})
    assert dispatch.after_load(nowhere, CATALOGUE) == ""
    assert not nowhere.sends_alone("avis")


def test_an_incident_is_a_sentence_and_never_an_exception(
    settings: Settings, register: Register, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> Iterator[Draft]:
        raise RuntimeError("secret du traceback")

    monkeypatch.setattr(outbox, "flush", broken)
    monkeypatch.setattr(dispatch, "send", lambda *_: broken())
    told = dispatch.after_load(settings, CATALOGUE)
    assert told == "L'envoi des messages s'est arrêté sur un incident (RuntimeError). Voir vigie messages."


def test_what_can_be_written_leaves_although_something_cannot(
    officer: Settings, register: Register, served: tuple[Received, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    officer.paths.addresses.write_text("destinataire,adresse\nCGD CAHORS,cahors@exemple.fr\n", encoding="utf-8")
    refuse(register, "a")

    def broken(*_: object) -> Iterator[Draft]:
        raise RuntimeError

    monkeypatch.setattr(due, "notices", broken)
    told = dispatch.after_load(officer, CATALOGUE)
    assert told == "Courriel : 1 message parti. Un message n'a pas pu être écrit (RuntimeError)."
    assert served[0].recipients == [["cahors@exemple.fr"]]


def test_a_debtor_is_not_reminded_by_itself_twice_in_a_fortnight(
    settings: Settings, register: Register, monkeypatch: pytest.MonkeyPatch
) -> None:
    alone = settings.model_copy(update={"smtp_automatique": "relances"})
    monkeypatch.setattr(due, "reminders", lambda *_: [draft(1), draft(2, to="SRV-47")])
    with outbox.sending(settings, register):
        outbox.decide(settings, register, draft(0), Sent())
    assert [d.to for d in due.after_load(alone, register, CATALOGUE, KNOWN)] == ["SRV-47"]
    assert json.loads(register.rows("select adresses from messages")[0]["adresses"]) == ["cahors@exemple.fr"]
