"""A message leaves once; what came of it is in the journal, whatever the server does."""

from __future__ import annotations

import sqlite3
from dataclasses import replace

import pytest

from pipelines.home.register import Register
from pipelines.messages import journal, outbox
from pipelines.messages.draft import message_id
from pipelines.messages.journal import BEGUN, CLOSED, INTERRUPTED, WAITING
from pipelines.messages.outbox import Busy, NotPossible, Sent, send
from pipelines.messages.server import FAILED, LEFT, REFUSED, UNKNOWN
from pipelines.settings.model import Settings
from tests.support.mail_server import Certificate, Received, mail_server, settings_of
from tests.unit.messages.conftest import draft

Served = tuple[Received, int]


def states(register: Register) -> list[str]:
    return [e.state for e in journal.entries(register)]


def history(register: Register, number: int = 0) -> list[str]:
    return [line["etat"] for line in journal.lines(register, journal.entries(register)[number].message_id)]


def test_a_message_leaves_once(settings: Settings, register: Register, served: Served) -> None:
    sent = send(settings, register, [draft()])
    again = send(settings, register, [draft()])
    assert (len(sent.left), len(again.left), len(again.already)) == (1, 0, 1)
    assert served[0].identities() == [message_id(settings, draft())]
    assert served[0].recipients == [["cahors@exemple.fr"]]
    assert history(register) == [BEGUN, LEFT]


def test_the_identity_of_a_message_is_that_of_what_it_says(settings: Settings) -> None:
    same, other = message_id(settings, draft(1, text="autrement dit")), message_id(settings, draft(2))
    assert same == message_id(settings, draft(1)) != other
    assert same.endswith("@lot.exemple.fr>")


def test_what_is_sent_is_what_was_kept(settings: Settings, register: Register, served: Served) -> None:
    send(settings, register, [draft()])
    [entry] = journal.entries(register)
    kept = (settings.paths.messages / entry.file_name).read_bytes()
    assert served[0].messages == [kept]
    assert (settings.paths.messages / entry.file_name).stat().st_mode & 0o007 == 0


def test_a_message_kept_that_changed_does_not_leave(settings: Settings, register: Register, served: Served) -> None:
    with outbox.sending(settings, register):
        outbox.decide(settings, register, draft(), Sent())
    [entry] = journal.entries(register)
    file = settings.paths.messages / entry.file_name
    file.write_bytes(file.read_bytes().replace(b"cahors@", b"autre@"))
    assert send(settings, register, []).refused[0].state == REFUSED
    assert served[0].messages == []


def test_an_address_that_the_server_refuses_is_told_and_not_tried_again(
    settings: Settings, register: Register, served: Served
) -> None:
    served[0].refuses["cahors@exemple.fr"] = "550 5.1.1 no such user cahors"
    send(settings, register, [draft(1), draft(2, addresses=("figeac@exemple.fr",))])
    assert states(register) == [REFUSED, LEFT]
    [entry, _] = journal.entries(register)
    assert entry.detail == "127.0.0.1 refuse l'adresse cahors@exemple.fr (550 5.1.1)"
    served[0].refuses.clear()
    send(settings, register, [draft(1)])
    assert states(register) == [REFUSED, LEFT]


def test_of_two_addresses_none_is_served_when_one_is_refused(
    settings: Settings, register: Register, served: Served
) -> None:
    served[0].refuses["b@exemple.fr"] = "550 5.1.1 non"
    send(settings, register, [draft(addresses=("a@exemple.fr", "b@exemple.fr"))])
    assert (states(register), served[0].messages) == ([REFUSED], [])


def test_a_server_that_is_busy_is_asked_again(settings: Settings, register: Register, served: Served) -> None:
    served[0].answers.append("451 4.3.0 plus tard")
    send(settings, register, [draft()])
    assert (states(register), served[0].messages) == ([FAILED], [])
    send(settings, register, [])
    assert (states(register), len(served[0].messages)) == ([LEFT], 1)
    assert history(register) == [BEGUN, FAILED, BEGUN, LEFT]


def test_a_connection_that_breaks_before_the_answer_is_an_unknown_outcome(
    settings: Settings, register: Register, served: Served
) -> None:
    served[0].cuts = True
    sent = send(settings, register, [draft(1), draft(2)])
    assert states(register) == [UNKNOWN, WAITING]
    assert (len(sent.unknown), len(sent.waiting)) == (1, 1)
    served[0].cuts = False
    send(settings, register, [draft(1)])
    # The server had taken it: that nobody sends it again is the point.
    assert (states(register), len(served[0].messages)) == ([UNKNOWN, LEFT], 2)


def test_an_unknown_outcome_holds_back_what_says_the_same_on_another_day(
    settings: Settings, register: Register, served: Served
) -> None:
    served[0].cuts = True
    send(settings, register, [draft(1, topic="retour de mars")])
    served[0].cuts = False
    sent = send(settings, register, [draft(2, topic="retour de mars"), draft(3, topic="retour d'avril")])
    assert [(d.key, "on ne sait pas si le précédent est parti" in why) for d, why in sent.held] == [("relance 2", True)]
    assert states(register) == [UNKNOWN, LEFT]
    outbox.close(settings, register, journal.entries(register)[0], "le service l'a reçu")
    assert len(send(settings, register, [draft(2, topic="retour de mars")]).left) == 1
    assert states(register) == [CLOSED, LEFT, LEFT]


def test_a_person_sends_an_unknown_one_again_under_the_same_identity(
    settings: Settings, register: Register, served: Served
) -> None:
    served[0].cuts = True
    send(settings, register, [draft()])
    served[0].cuts = False
    [entry] = journal.entries(register)
    outbox.send_again(settings, register, entry, "le service n'a rien reçu")
    assert len(set(served[0].identities())) == 1
    assert history(register) == [BEGUN, UNKNOWN, "repris", BEGUN, LEFT]
    with pytest.raises(NotPossible, match="ne part pas deux fois"):
        outbox.send_again(settings, register, entry, "encore")


def test_what_a_death_left_begun_is_unknown(settings: Settings, register: Register, served: Served) -> None:
    with outbox.sending(settings, register):
        outbox.decide(settings, register, draft(), Sent())
        journal.add(register, journal.entries(register)[0].message_id, BEGUN, "envoi à cahors@exemple.fr")
    send(settings, register, [draft()])
    [entry] = journal.entries(register)
    assert (entry.state, entry.detail) == (UNKNOWN, INTERRUPTED)
    assert served[0].messages == []


def test_a_server_that_is_down_leaves_one_line_a_message(
    held: Certificate, settings: Settings, register: Register, monkeypatch: pytest.MonkeyPatch
) -> None:
    down = settings.model_copy(update={"smtp_port": 9})
    for _ in range(3):
        sent = send(down, register, [draft()])
    assert "127.0.0.1:9 ne répond pas" in sent.incident
    assert history(register) == [FAILED]
    assert len(send(settings, register, []).left) == 1


def test_without_an_address_nothing_is_decided(settings: Settings, register: Register) -> None:
    sent = send(settings, register, [draft(addresses=())])
    assert [why for _, why in sent.held] == ["aucune adresse dans adresses.csv"]
    assert journal.entries(register) == []


def test_two_processes_do_not_send_together(settings: Settings, register: Register, tmp_path: object) -> None:
    import subprocess
    import sys

    program = (
        "import sys, time\nfrom pathlib import Path\nfrom pipelines.machine.lock import LoadLock\n"
        "with LoadLock(Path(sys.argv[1]), 'envoi de messages'):\n    print('tenu', flush=True)\n    sys.stdin.read()\n"
    )
    holder = subprocess.Popen(
        [sys.executable, "-c", program, str(settings.paths.messages_lock)], stdin=subprocess.PIPE,
        stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    try:
        assert holder.stdout is not None
        assert holder.stdout.readline() == "tenu\n"
        with pytest.raises(Busy, match="Un autre envoi de messages est en cours"):
            send(settings, register, [draft()])
    finally:
        holder.communicate("")


def test_the_journal_is_only_added_to(settings: Settings, register: Register) -> None:
    send(settings, register, [draft()])
    for query in ("delete from envois", "update envois set etat = 'clos'", "delete from messages",
                  "update messages set adresses = '[]'"):  # fmt: skip
        with pytest.raises(sqlite3.IntegrityError, match="only added to"):
            register.rows(query)
    assert history(register) == [BEGUN, LEFT]


def test_a_message_too_old_does_not_leave_by_itself(
    settings: Settings, register: Register, served: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(outbox, "now", lambda: "2020-01-01T08:00:00+01:00")
    with outbox.sending(settings, register):
        outbox.decide(settings, register, draft(), Sent())
    send(settings, register, [])
    assert (states(register), served[0].messages) == ([CLOSED], [])


def test_messages_leave_over_tls_from_the_start_too(
    held: Certificate, settings: Settings, register: Register, monkeypatch: pytest.MonkeyPatch
) -> None:
    with mail_server(held, security="tls") as (received, port):
        for name, value in settings_of(port, held, VIGIE_SMTP_SECURITE="tls").items():
            monkeypatch.setenv(name, value)
        send(Settings(), register, [replace(draft(), key="autre")])
    assert len(received.messages) == 1
