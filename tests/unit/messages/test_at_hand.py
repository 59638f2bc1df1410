"""What a screen asks of the messages: an answer to a delivery, one draft sent, the journal, one message settled."""

from __future__ import annotations

import datetime as dt
from email import message_from_bytes
from email.policy import default

import pytest

from pipelines.home.register import Register
from pipelines.messages import at_hand
from pipelines.messages.at_hand import Shown
from pipelines.messages.draft import message_id
from pipelines.messages.journal import CLOSED
from pipelines.messages.outbox import NotPossible
from pipelines.messages.server import LEFT, UNKNOWN
from pipelines.reminders import Reminder
from pipelines.settings.model import Settings
from pipelines.settings.tables import CatalogueError
from tests.support.mail_server import Received
from tests.unit.messages.conftest import draft
from tests.unit.messages.test_due import refuse


def shown(settings: Settings, number: int = 1) -> Shown:
    return Shown(draft(number), message_id(settings, draft(number)), None)


def reminder(name: str) -> Reminder:
    return Reminder(name, dt.date(2025, 2, 15), "objet", "Objet : objet\n\nIl manque mars.\n", ("a",), (), (), name)


def test_a_reminder_is_shown_as_it_would_leave_with_what_the_journal_knows(
    settings: Settings, served: tuple[Received, int]
) -> None:
    settings.paths.addresses.write_text("destinataire,adresse\nCGD CAHORS,cahors@exemple.fr\n", encoding="utf-8")
    both = [reminder("SRV-46-GN-CGD-CAHORS"), reminder("SRV-46-GN-CGD-FIGEAC")]
    before = at_hand.as_drafts(settings, both)
    assert [s.may_leave for s in before] == [True, False]
    at_hand.send(settings, before[:1])
    after = at_hand.as_drafts(settings, both)
    assert [s.number for s in after] == [s.number for s in before]
    assert after[0].entry is not None
    assert (after[0].entry.state, after[0].may_leave, after[1].entry) == (LEFT, False, None)
    assert at_hand.find(settings, after[0].number) == after[0].entry
    assert at_hand.as_eml(settings, after[0]) == at_hand.as_eml(settings, before[0])


def test_a_table_of_addresses_that_is_wrong_is_told_line_by_line(settings: Settings) -> None:
    settings.paths.addresses.write_text("destinataire,adresse\nNULLE PART,a@exemple.fr\n", encoding="utf-8")
    with pytest.raises(CatalogueError, match=r"adresses\.csv, ligne 2, colonne destinataire"):
        at_hand.as_drafts(settings, [reminder("SRV-46-GN-CGD-CAHORS")])


def test_reading_the_journal_makes_no_register(settings: Settings) -> None:
    assert at_hand.list_journal(settings) == []
    assert not settings.paths.register.exists()


@pytest.mark.parametrize("sender", ["SRV-46-GN-CGD-CAHORS", None])
def test_the_words_to_send_back_are_there_whoever_sent(
    sender: str | None, settings: Settings, register: Register
) -> None:
    settings.paths.addresses.write_text("destinataire,adresse\nCGD CAHORS,cahors@exemple.fr\n", encoding="utf-8")
    refuse(register, "a", sender=sender)
    found = at_hand.answer_to(settings, "a" * 12)
    assert found is not None
    assert found.draft.addresses == (("cahors@exemple.fr",) if sender else ())
    message = message_from_bytes(at_hand.as_eml(settings, found), policy=default)
    assert "il manque la colonne" in message.get_content()
    assert message["X-Unsent"] == "1"


def test_one_draft_is_sent_and_listed(settings: Settings, served: tuple[Received, int]) -> None:
    assert len(at_hand.send(settings, [shown(settings)]).left) == 1
    assert len(at_hand.send(settings, [shown(settings)]).already) == 1
    assert [e.state for e in at_hand.list_journal(settings)] == [LEFT]
    assert len(served[0].messages) == 1


def test_one_message_is_settled_by_a_person(settings: Settings, served: tuple[Received, int]) -> None:
    served[0].cuts = True
    at_hand.send(settings, [shown(settings, 1)])
    at_hand.send(settings, [shown(settings, 2)])
    served[0].cuts = False
    first, second = at_hand.list_journal(settings)
    assert (first.state, second.state) == (UNKNOWN, UNKNOWN)
    at_hand.close(settings, first.message_id, "le service l'a reçu")
    assert len(at_hand.send_again(settings, second.message_id, "rien reçu").left) == 1
    assert [e.state for e in at_hand.list_journal(settings)] == [CLOSED, LEFT]
    with pytest.raises(NotPossible):
        at_hand.close(settings, "<inconnu@exemple.fr>", "x")
    assert at_hand.send(settings).left == []
