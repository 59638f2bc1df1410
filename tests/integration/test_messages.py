"""From a drop folder to a message: a load answers whoever sent, tells the officer, and no server can fail it."""

from __future__ import annotations

import io
import json
import os
import re
import shutil
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from pathlib import Path

import openpyxl
import pytest

from pipelines.base.typography import french
from tests.conftest import Home
from tests.support.desk_client import BASE, DeskClient
from tests.support.dropped import month
from tests.support.filling import place, sheets
from tests.support.mail_server import PASSWORD, Certificate, Received, certificate, mail_server, settings_of
from tests.support.typed import as_typed, page_texts, shown_wrong

pytestmark = [pytest.mark.long, pytest.mark.xdist_group("messages")]
# A month after the demonstration's last day: January is late, and February.
LATER = "2025-03-20"
ADDRESSES = """destinataire,adresse
CGD CAHORS,cahors@exemple.fr
CGD FIGEAC,figeac@exemple.fr
CGD GOURDON,gourdon@exemple.fr
CIAT DE CAHORS,police@exemple.fr
"""


@pytest.fixture(scope="module")
def held(tmp_path_factory: pytest.TempPathFactory) -> Certificate:
    return certificate(tmp_path_factory.mktemp("certificats"), "127.0.0.1")


@pytest.fixture(scope="module")
def loaded(demo_home: Home, held: Certificate, tmp_path_factory: pytest.TempPathFactory) -> tuple[Home, dict]:
    """A home that received three files by its drop folders while its mail server was down, and what the load said. One
    load of its own, for what is late then; not to be changed by a test.
    """
    folder = tmp_path_factory.mktemp("messages")
    shutil.copytree(demo_home.folder, folder / "home", symlinks=True)
    depots = folder / "depots"
    home = Home(folder / "home", VIGIE_TODAY=LATER, VIGIE_DEPOTS=str(depots), VIGIE_DEPOTS_SECONDS="0",
                VIGIE_SMTP_AVIS="referent@exemple.fr", **settings_of(9, held))  # fmt: skip
    (home.folder / "adresses.csv").write_text(ADDRESSES, encoding="utf-8")
    month(depots / "CGD CAHORS" / "janvier.csv", "CGD CAHORS", "2025-01", mark=True)
    month(depots / "CGD FIGEAC" / "janvier.csv", "CGD FIGEAC", "2025-01", facts="3,5", mark=True)
    month(depots / "CGD GOURDON" / "autre.csv", "CIAT DE CAHORS", "2025-01", mark=True)
    return home, home.load()


def copied(loaded: tuple[Home, dict], folder: Path, port: int) -> Home:
    home = loaded[0]
    shutil.copytree(home.folder, folder / "home", symlinks=True)
    return Home(
        folder / "home", **home.environment | {"VIGIE_HOME": str(folder / "home"), "VIGIE_SMTP_PORT": str(port)}
    )


def words(message: EmailMessage) -> str:
    body = message.get_body()
    assert body is not None
    return re.sub(r"[ \r\n]+", " ", body.get_content())


def to(received: Received, address: str, about: str = "") -> EmailMessage:
    [found] = [m for m in received.read() if str(m["To"]) == address and about in str(m["Subject"])]
    return found


def test_a_server_that_is_down_does_not_change_the_load(loaded: tuple[Home, dict]) -> None:
    home, told = loaded
    assert told["resultat"] == "publié en partie : des fichiers ont été refusés"
    assert told["code_sortie"] == 1
    assert told["courriel"].startswith("Courriel : 5 messages attendent")
    assert "127.0.0.1:9 ne répond pas" in told["courriel"]
    [log] = [line for line in Path(told["journal"]).read_text().splitlines() if line.startswith("Courriel")]
    assert log == told["courriel"]
    listed = json.loads(home.run("messages", "--json").stdout)["messages"]
    assert [m["state"] for m in listed] == ["echec"] * 5


def test_what_waited_leaves_once_the_server_answers_and_says_the_words_of_the_refusal(
    loaded: tuple[Home, dict], held: Certificate, tmp_path: Path
) -> None:
    with mail_server(held) as (received, port):
        home = copied(loaded, tmp_path, port)
        done = home.run("messages", "--envoyer", "--json")
        again = home.run("messages", "--envoyer", "--json")
    assert done.returncode == 0, done.stdout + done.stderr
    assert [len(json.loads(d.stdout)["partis"]) for d in (done, again)] == [5, 0]
    assert len(set(received.identities())) == len(received.messages) == 5

    receipt = words(to(received, "cahors@exemple.fr"))
    assert french("« janvier.csv », déposé le") in receipt
    assert french("est bien arrivé, et il est accepté. Vigie y a lu : – ") in receipt
    assert "janvier 2025" in receipt

    [refused] = loaded[1]["refusees"]
    [*_, defect] = refused["defauts"]
    refusal = words(to(received, "figeac@exemple.fr"))
    assert french(f"ligne {refused['defauts'][0]['ligne']}") in refusal
    assert french(f"À faire : {defect['remede']}") in refusal
    assert "3,5" not in refusal
    assert french("« … » a des décimales, et ce qui se compte n'en a pas") in refusal

    misplaced = words(to(received, "gourdon@exemple.fr"))
    assert (
        french("déposé dans le dossier de « CGD GOURDON », ce fichier porte le retour de « CIAT DE CAHORS »")
        in misplaced
    )

    officer = words(to(received, "referent@exemple.fr", "regarder"))
    assert french("publié en partie : des fichiers ont été refusés.") in officer
    assert french("Refusé : « janvier.csv »") in officer
    assert french("À vérifier : « autre.csv », déposé dans le dossier de « CGD GOURDON »") in officer
    assert "3,5" not in officer


def test_reminders_leave_with_their_forms_and_nothing_that_the_home_knows(
    loaded: tuple[Home, dict], held: Certificate, tmp_path: Path
) -> None:
    with mail_server(held) as (received, port):
        home = copied(loaded, tmp_path, port)
        done = home.run("relances", "--envoyer", "--pour", "gendarmerie de Figeac", "--json")
        again = home.run("relances", "--envoyer", "--pour", "gendarmerie de Figeac", "--json")
    told, second = json.loads(done.stdout), json.loads(again.stdout)
    assert [m["kind"] for m in told["partis"]].count("relance") == 1
    assert (second["partis"], len(second["deja_partis"])) == ([], 1)
    [reminder] = [m for m in received.read() if "attendu" in str(m["Subject"])]
    assert str(reminder["To"]) == "figeac@exemple.fr"
    assert french("ne nous") in words(reminder)
    forms = list(reminder.iter_attachments())
    assert forms
    for form in forms:
        assert form.get_filename().startswith("Retour mensuel - CGD FIGEAC - ")
        book = openpyxl.load_workbook(io.BytesIO(form.get_content()))
        for sheet, schema in sheets(book, "service_returns"):
            header, columns = place(sheet, schema)
            keys = {columns[f["name"]] for f in schema["fields"] if f["name"] in schema["primaryKey"]}
            figures = [c for line in sheet.iter_rows(min_row=header + 1) for c in line
                       if isinstance(c.value, int | float) and c.column not in keys]  # fmt: skip
            assert figures == [], "a box that is filled, or the last month in grey"
        assert any(
            "DONNÉES DE DÉMONSTRATION" in str(c.value) for s in book for line in s.iter_rows(max_row=9) for c in line
        )


def test_drafts_open_in_a_mail_program_without_any_server(loaded: tuple[Home, dict], tmp_path: Path) -> None:
    home = loaded[0]
    done = home.run("relances", "--brouillons", "--dossier", str(tmp_path / "b"), VIGIE_SMTP_SERVEUR="")
    assert done.returncode == 0, done.stderr
    files = sorted(f.name for f in (tmp_path / "b").iterdir())
    assert f"relance_{LATER}_Compagnie-de-gendarmerie-de-Figeac.eml" in files
    assert all(name.endswith(".eml") for name in files)
    assert b"X-Unsent: 1" in (tmp_path / "b" / files[0]).read_bytes()
    again = home.run("relances", "--brouillons", "--dossier", str(tmp_path / "b"), VIGIE_SMTP_SERVEUR="")
    assert "Conservé" not in again.stderr


def test_the_password_is_nowhere(loaded: tuple[Home, dict], held: Certificate, tmp_path: Path) -> None:
    lines: list[bytes] = []

    def look() -> None:
        for file in Path("/proc").glob("[0-9]*/cmdline"):
            try:
                lines.append(file.read_bytes())
            except OSError:
                continue

    with mail_server(held, Received(after=look)) as (_, port):
        home = copied(loaded, tmp_path, port)
        done = home.run("messages", "--envoyer")
        bad = home.run("messages", "--envoyer", VIGIE_SMTP_SECURITE=PASSWORD)
    assert any(b"messages" in line for line in lines)
    secret = PASSWORD.encode()
    assert not [line for line in lines if secret in line]
    assert PASSWORD not in done.stdout + done.stderr
    assert bad.returncode == 64
    held_in = [f for f in home.folder.rglob("*") if f.is_file() and secret in f.read_bytes()]
    assert held_in == []


def test_a_table_of_addresses_that_is_wrong_stops_nothing_but_the_messages(
    loaded: tuple[Home, dict], held: Certificate, tmp_path: Path
) -> None:
    with mail_server(held) as (received, port):
        home = copied(loaded, tmp_path, port)
        (home.folder / "adresses.csv").write_text("destinataire,adresse\nCGD CAOR,a@exemple.fr\n", encoding="utf-8")
        told = home.load()
        asked = home.run("relances", "--envoyer")
    assert told["resultat"] == "rien de nouveau"
    assert "adresses.csv, ligne 2, colonne destinataire" in told["courriel"]
    assert asked.returncode == 64
    assert "Les plus proches : CGD CAHORS" in asked.stderr
    assert received.messages == []


def test_a_backup_carries_the_addresses_and_the_messages(loaded: tuple[Home, dict], tmp_path: Path) -> None:
    home = loaded[0]
    assert home.run("backup", str(tmp_path / "s.tar.gz")).returncode == 0
    other = Home(tmp_path / "autre")
    assert other.run("restore", str(tmp_path / "s.tar.gz")).returncode == 0
    assert (other.folder / "adresses.csv").read_text(encoding="utf-8") == ADDRESSES
    told = [json.loads(h.run("messages", "--json").stdout)["messages"] for h in (home, other)]
    assert told[0] == told[1]
    assert len(list((other.folder / "messages").glob("*.eml"))) == 5


def desk_of(home: Home, monkeypatch: pytest.MonkeyPatch, **environment: str) -> DeskClient:
    """The desk of a home, in this process."""
    for name in [n for n in os.environ if n.startswith("VIGIE_")]:
        monkeypatch.delenv(name)
    for name, value in (home.environment | environment).items():
        if name.startswith("VIGIE_"):
            monkeypatch.setenv(name, value)
    return DeskClient()


def buttons(desk: DeskClient, page: str) -> list[str]:
    """The numbers of the messages that a page can send."""
    return re.findall(r'/faire/envoyer".*?name="message" value="([0-9a-f]+)"', desk.get(page).text)


def test_the_desk_opens_a_reminder_in_a_mail_program_without_a_server(
    loaded: tuple[Home, dict], monkeypatch: pytest.MonkeyPatch
) -> None:
    desk = desk_of(loaded[0], monkeypatch, VIGIE_SMTP_SERVEUR="")
    page = desk.get("/relances").text
    assert buttons(desk, "/relances") == []
    assert "Aucun serveur de courriel n’est réglé" in page
    opened = [
        message_from_bytes(desk.get(f"/relances/{number}").content, policy=default)
        for number in re.findall(rf'href="{BASE}/relances/([0-9a-f]+)"', page)
    ]
    [message] = [m for m in opened if m["To"] == "figeac@exemple.fr"]
    assert message["X-Unsent"] == "1"
    assert {str(a.get_filename())[-5:] for a in message.iter_attachments()} == {".xlsx"}
    assert desk.get(f"/relances/{'0' * 32}").status_code == 404
    assert "Rien n'est envoyé : il manque le réglage smtp_serveur" in desk.do("envoyer", retour="relances")


def test_the_desk_sends_each_message_once_and_its_journal_is_the_command_s(
    loaded: tuple[Home, dict], held: Certificate, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with mail_server(held) as (received, port):
        home = copied(loaded, tmp_path, port)
        desk = desk_of(home, monkeypatch)
        assert "5 messages attendent d'être envoyés" in desk.read("/")
        assert "Fichier refusé : « depots/CGD FIGEAC/janvier.csv »" in desk.read("/"), "Cahors' file has its name too"
        assert "5 messages partis" in desk.do("attente", retour="messages")
        asked = buttons(desk, "/relances")
        assert len(asked) == 4, "one for each service that owes something and has an address"
        assert "1 message parti" in desk.do("envoyer", message=asked[0], retour="relances")
        assert "Déjà parti" in desk.do("envoyer", message=asked[0], retour="relances")
        assert asked[0] not in buttons(desk, "/relances")
        assert "3 messages partis" in desk.do("envoyer", retour="relances")
        assert "Rien à envoyer" in desk.do("envoyer", retour="relances")
    assert len(received.messages) == len(set(received.identities())) == 9
    listed = json.loads(home.run("messages", "--json").stdout)["messages"]
    assert [m["state"] for m in listed] == ["parti"] * 9
    seen = desk.read("/messages")
    for m in listed:
        assert as_typed(m["subject"]) in seen
    assert desk.get(f"/messages/{asked[0]}").content in received.messages
    assert "Messages à régler" not in desk.read("/")


def test_the_desk_answers_a_refusal_and_settles_a_message_of_unknown_end(
    loaded: tuple[Home, dict], held: Certificate, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    [refused] = [d["livraison_id"] for d in loaded[1]["refusees"]]
    with mail_server(held) as (received, port):
        desk = desk_of(copied(loaded, tmp_path, port), monkeypatch)
        page = desk.read(f"/livraisons/{refused}")
        assert "La réponse à envoyer" in page
        assert "À : figeac@exemple.fr. pas encore parti" in page
        assert re.search(
            r"pas encore parti le [^.]*\. Le serveur de courriel .* ne répond pas \(connexion refusée\)\.", page
        )
        opened = message_from_bytes(desk.get(f"/livraisons/{refused}/reponse").content, policy=default)
        assert opened["To"] == "figeac@exemple.fr"
        received.cuts = True
        seen = desk.do("repondre", livraison=refused, retour=f"livraisons/{refused}")
        assert "dont l'issue est inconnue" in seen
        received.cuts = False
        [number, *_] = re.findall(
            r'issue inconnue.*?/faire/clore".*?name="message" value="([0-9a-f]+)"',
            desk.get("/messages").text,
            re.DOTALL,
        )
        assert "Message (issue inconnue) : " in desk.read("/")
        assert "Le motif est vide." in desk.do("renvoyer", message=number, motif=" ", retour="messages")
        before = len(received.messages)
        assert "parti" in desk.do("renvoyer", message=number, motif="rien reçu", retour="messages")
        assert len(received.messages) > before
        assert "il n'y a rien à clore" in desk.do("clore", message=number, motif="x", retour="messages")


def test_the_desk_names_what_is_wrong_in_the_addresses_and_shows_the_letters(
    loaded: tuple[Home, dict], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    home = copied(loaded, tmp_path, 9)
    (home.folder / "adresses.csv").write_text("destinataire,adresse\nCGD CAOR,a@exemple.fr\n", encoding="utf-8")
    desk = desk_of(home, monkeypatch)
    seen = desk.read("/relances")
    assert "adresses.csv, ligne 2, colonne destinataire" in seen
    assert "Compagnie de gendarmerie de Figeac" in seen
    assert buttons(desk, "/relances") == []
    assert [fault for text in page_texts(desk.get("/messages").text) for fault in shown_wrong(text)] == []
