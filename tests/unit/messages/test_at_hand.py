"""What a screen asks of the messages: an answer to a delivery, one draft sent, the journal, one message settled."""

from __future__ import annotations

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
from pipelines.settings.model import Settings
from tests.support.mail_server import Received
from tests.unit.messages.conftest import draft
from tests.unit.messages.test_due import refuse


def shown(settings: Settings, number: int = 1) -> Shown:
    return Shown(draft(number), message_id(settings, draft(number)), None)


def test_without_a_warehouse_nobody_is_reminded(settings: Settings) -> None:
    assert at_hand.list_drafts(settings) == []


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
    assert len(at_hand.send_one(settings, shown(settings)).left) == 1
    assert len(at_hand.send_one(settings, shown(settings)).already) == 1
    assert [e.state for e in at_hand.list_journal(settings)] == [LEFT]
    assert len(served[0].messages) == 1


def test_one_message_is_settled_by_a_person(settings: Settings, served: tuple[Received, int]) -> None:
    served[0].cuts = True
    at_hand.send_one(settings, shown(settings, 1))
    at_hand.send_one(settings, shown(settings, 2))
    served[0].cuts = False
    first, second = at_hand.list_journal(settings)
    assert (first.state, second.state) == (UNKNOWN, UNKNOWN)
    at_hand.close(settings, first.message_id, "le service l'a reçu")
    assert len(at_hand.send_again(settings, second.message_id, "rien reçu").left) == 1
    assert [e.state for e in at_hand.list_journal(settings)] == [CLOSED, LEFT]
    with pytest.raises(NotPossible):
        at_hand.close(settings, "<inconnu@exemple.fr>", "x")
    assert at_hand.send_waiting(settings).left == []
