"""What calls for a person: the first day, what waits, what is refused and not yet replaced."""

from __future__ import annotations

import time

import pytest

from pipelines.catalogue.load import load_catalogue
from pipelines.home.register import Register, now
from pipelines.messages import journal
from pipelines.messages.server import FAILED, LEFT, REFUSED, UNKNOWN
from pipelines.officer.done import NotDone
from pipelines.officer.refusals import file_refusal
from pipelines.officer.to_do import DELIVERY, LOAD, MESSAGES, START, to_do
from pipelines.reception.receive import receive
from pipelines.settings.model import Settings
from tests.support.returns import monthly, year_of

SERVICE = "CGD CAHORS"
GOOD = monthly(SERVICE, 2021, [2], year_of(SERVICE, 2021))
BAD = GOOD.replace(b";46;gendarmerie;", b";46;gendarmerie nationale de nulle part;")


def receive_as(settings: Settings, name: str, content: bytes, load: str) -> None:
    (settings.paths.landing / name).write_bytes(content)
    with Register(settings.paths.register) as register:
        receive(settings, register, load_catalogue(), load)


def test_the_first_day_begins_with_the_start_date(lot: Settings) -> None:
    assert [i.place for i in to_do(Settings())] == [START]
    assert to_do(lot) == []
    (lot.paths.landing / "a.csv").write_bytes(GOOD)
    [item] = to_do(lot)
    assert (item.place, item.title) == (LOAD, "1 fichier attend d'être chargé")


def test_a_refused_file_is_to_do_until_one_of_its_name_is_accepted(lot: Settings) -> None:
    receive_as(lot, "retour.csv", BAD, "l1")
    with Register(lot.paths.register) as register:
        [refused] = register.deliveries()
    [item] = to_do(lot)
    assert (item.place, item.of) == (DELIVERY, refused["livraison_id"])
    assert "« retour.csv »" in item.title
    assert "À faire : " in item.lines[0]
    time.sleep(1.1)  # arrivals are told to the second
    receive_as(lot, "Retour.csv", GOOD, "l2")
    assert to_do(lot) == []


def test_another_sender_s_file_of_the_same_name_settles_nothing(lot: Settings) -> None:
    """Two services name theirs « janvier.csv », each in its drop folder."""
    receive_as(lot, "janvier.csv", BAD, "l1")
    time.sleep(1.1)
    receive_as(lot, "janvier.csv", GOOD, "l2")
    assert to_do(lot) == []
    with Register(lot.paths.register) as register:
        refused, accepted = register.deliveries()
        register.add("depots", {"livraison_id": refused["livraison_id"], "expediteur_code": "SRV-A", "dossier": "A"})
    assert to_do(lot) == [], "what the officer drops counts, whoever filled it in"
    with Register(lot.paths.register) as register:
        register.add("depots", {"livraison_id": accepted["livraison_id"], "expediteur_code": "SRV-B", "dossier": "B"})
    assert [item.of for item in to_do(lot)] == [refused["livraison_id"]]


def test_a_refusal_that_is_filed_is_no_longer_to_do(lot: Settings) -> None:
    receive_as(lot, "retour.csv", BAD, "l1")
    with Register(lot.paths.register) as register:
        [refused] = register.deliveries()
    assert file_refusal(lot, refused["livraison_id"]).sentence.startswith("Refus de « retour.csv »")
    assert to_do(lot) == []
    time.sleep(1.1)
    receive_as(lot, "bon.csv", GOOD, "l2")
    with pytest.raises(NotDone, match="n'est pas refusée"):
        file_refusal(lot, "bon.csv")


def test_a_message_that_nobody_knows_the_end_of_is_to_do_until_a_person_says(lot: Settings) -> None:
    with Register(lot.paths.register) as register:
        for number, state in enumerate((UNKNOWN, REFUSED, LEFT, FAILED)):
            identity = f"<{number}{'a' * 31}@exemple.fr>"
            register.add(
                "messages",
                {"message_id": identity, "nature": "relance", "sujet": f"s{number}", "destinataire": "SRV",
                 "adresses": '["a@exemple.fr"]', "objet": f"objet {number}", "sha256": "0", "decide_le": now()},
            )  # fmt: skip
            journal.add(register, identity, state, "")
    [item] = to_do(lot)
    assert item.place == MESSAGES
    assert [line.rpartition(" (")[0] or line for line in item.lines] == [
        "Message (issue inconnue) : objet 0, à a@exemple.fr",
        "Message (refusé) : objet 1, à a@exemple.fr",
        "1 message attend d'être envoyé",
    ]
    with Register(lot.paths.register) as register:
        for e in journal.entries(register):
            journal.add(register, e.message_id, journal.CLOSED, "reçu")
    assert to_do(lot) == []
