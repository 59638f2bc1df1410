"""The bytes of a message: read back by Python's parser, with the words they were written in, and no other header."""

from __future__ import annotations

import datetime as dt
import io
from email import message_from_bytes
from email.policy import default

import openpyxl
import pytest

from pipelines.base.typography import french
from pipelines.catalogue.correspondents import Correspondent
from pipelines.catalogue.load import load_catalogue
from pipelines.messages import letters
from pipelines.messages.addresses import Addresses
from pipelines.messages.draft import as_bytes
from pipelines.settings.model import Settings
from pipelines.templates import choose
from tests.unit.messages.conftest import draft

WHEN = dt.datetime(2025, 2, 15, 8, tzinfo=dt.UTC)
CAHORS = Correspondent("SRV-46-GN-CGD-CAHORS", "Compagnie de gendarmerie de Cahors", ("CGD CAHORS",))
KNOWN = Addresses({CAHORS.code: ("cahors@exemple.fr",)})


def delivery(status: str, name: str = "depots/CGD CAHORS/retour.xlsx") -> dict:
    return {"livraison_id": "a" * 12, "sha256": "a" * 64, "nom": name, "statut": status,
            "recu_le": "2025-02-15T08:12:00+01:00"}  # fmt: skip


def read(settings: Settings, message: object, unsent: bool = False):
    return message_from_bytes(as_bytes(settings, message, WHEN, unsent), policy=default)  # type: ignore[arg-type]


def words(found) -> str:
    """The text of a message, its lines ended as people write them."""
    return found.get_content().replace("\r\n", "\n")


def test_a_message_reads_back_as_it_was_written(settings: Settings) -> None:
    found = read(settings, draft())
    assert (str(found["From"]), str(found["To"]), found["Subject"]) == (
        "vigie@lot.exemple.fr", "cahors@exemple.fr", "objet 1",
    )  # fmt: skip
    assert words(found) == french("Madame, Monsieur,\n\nIl manque l'état : « mars ».\n")
    assert found["Date"].datetime == WHEN


def test_the_bytes_of_a_message_are_those_of_what_it_says(settings: Settings) -> None:
    forms, _ = choose("46", dt.date(2025, 2, 15), "service_returns", "2025-01", "CGD CAHORS")
    same = [as_bytes(settings, draft(forms=tuple(forms)), WHEN) for _ in range(2)]
    assert same[0] == same[1]
    assert same[0].isascii()
    assert max(map(len, same[0].split(b"\r\n"))) <= 998  # RFC 5322


def test_the_form_that_is_joined_opens_and_holds_no_figure(settings: Settings) -> None:
    forms, _ = choose("46", dt.date(2025, 2, 15), "service_returns", "2025-01", "CGD CAHORS")
    found = read(settings, draft(forms=tuple(forms)))
    [joined] = found.iter_attachments()
    assert joined.get_filename() == "Retour mensuel - CGD CAHORS - janvier 2025.xlsx"
    book = openpyxl.load_workbook(io.BytesIO(joined.get_content()))
    assert "Faits" in book.sheetnames


def test_a_year_of_forms_comes_in_one_file(settings: Settings) -> None:
    import zipfile

    forms = [choose("46", dt.date(2025, 2, 15), "service_returns", f"2024-{m:02d}", "CGD CAHORS")[0][0]
             for m in range(1, 13)]  # fmt: skip
    forms += choose("46", dt.date(2025, 2, 15), "service_returns", "2025-01", "CGD CAHORS")[0]
    [joined] = read(settings, draft(forms=tuple(forms))).iter_attachments()
    with zipfile.ZipFile(io.BytesIO(joined.get_content())) as held:
        assert len(held.namelist()) == 13
    assert joined.get_filename() == "modeles.zip"


@pytest.mark.parametrize("end", ["\r\n", "\n", "\r", "\x0b", "\x85", "\u2028", "\r\n\r\n"])
def test_no_header_can_be_added(end: str, settings: Settings) -> None:
    hostile = f"objet{end}Bcc: voleur@exemple.fr{end}{end}corps"
    found = read(settings, draft(subject=hostile))
    assert "Bcc" not in found
    assert found["Subject"] == "objet Bcc: voleur@exemple.fr corps"
    assert found.get_content().startswith("Madame")
    with pytest.raises(ValueError):  # noqa: PT011 -- the library's own refusal, whatever its words
        as_bytes(settings, draft(addresses=(f"a@exemple.fr{end}Bcc: voleur@exemple.fr",)), WHEN)


def test_a_draft_opens_as_one_that_is_still_to_be_sent(settings: Settings) -> None:
    found = read(settings, draft(addresses=()), unsent=True)
    assert found["X-Unsent"] == "1"
    assert "To" not in found


def test_a_receipt_says_what_was_read(settings: Settings) -> None:
    slices = [{"source": "service_returns", "periode": f"2025-0{m}"} for m in (2, 1, 1)]
    message = letters.of_receipt(settings, KNOWN, CAHORS, delivery("acceptee"), slices, [], load_catalogue())
    found = read(settings, message)
    text = words(found)
    assert str(found["To"]) == "cahors@exemple.fr"
    assert found["Auto-Submitted"] == "auto-generated"
    assert "«\u00a0retour.xlsx\u00a0», déposé le 15/02/2025 à 08:12, est bien arrivé, et il est accepté" in text
    assert "janvier 2025, février 2025" in text
    assert "depots/" not in text


def test_a_refusal_says_where_and_what_to_do_and_no_figure(settings: Settings) -> None:
    defect = {"code": "decimales", "constat": "« 3,5 » a des décimales, et ce qui se compte n'en a pas",
              "remede": "récrire le nombre entier", "feuille": "Faits", "ligne": 14, "colonne": "D",
              "attendu": "un nombre entier"}  # fmt: skip
    message = letters.of_refusal(settings, KNOWN, CAHORS, delivery("refusee"), [defect])
    text = words(read(settings, message))
    assert french(
        "feuille « Faits », ligne 14, colonne D : « … » a des décimales, et ce qui se compte n'en a pas. Attendu : un "
        "nombre entier. À faire : récrire le nombre entier."
    ) in " ".join(text.split("\n"))
    assert "3,5" not in text


def test_the_same_file_refused_for_another_reason_is_another_message(settings: Settings) -> None:
    def refusal(found: str) -> str:
        defect = {"code": "x", "constat": found, "remede": "r", "feuille": None, "ligne": None, "colonne": None,
                  "attendu": None}  # fmt: skip
        return letters.of_refusal(settings, KNOWN, CAHORS, delivery("refusee"), [defect]).key

    assert refusal("a") == refusal("a") != refusal("b")


def test_the_officer_is_told_of_a_load_in_one_sentence_and_by_file(settings: Settings) -> None:
    settings = settings.model_copy(update={"smtp_avis": "referent@exemple.fr"})
    load = {"debut": "2025-02-15T06:00:00+01:00", "resultat": "publié en partie : des fichiers ont été refusés",
            "code_sortie": 1, "chargement": "x"}  # fmt: skip
    defect = {"code": "x", "constat": "il manque la colonne", "remede": "la rétablir", "feuille": None, "ligne": None,
              "colonne": None, "attendu": None}  # fmt: skip
    message = letters.of_load(settings, load, [delivery("refusee")], {"a" * 12: [defect]}, [])
    text = words(read(settings, message))
    assert message.addresses == ("referent@exemple.fr",)
    assert french("Chargement du 15/02/2025 à 06:00 : publié en partie : des fichiers ont été refusés.") in text
    assert french("Refusé : « retour.xlsx »\n– il manque la colonne. À faire : la rétablir.") in text
