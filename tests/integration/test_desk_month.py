"""A month at the desk, in a browser, from an empty home: the start date, the forms, returns with a mistake, a
correction, an excuse, a reminder, the quarter given and corrected. Then the same by the commands: one register.
"""

from __future__ import annotations

import io
import json
import re
from collections.abc import Iterator
from pathlib import Path

import openpyxl
import pytest
from openpyxl.utils import get_column_letter

from pipelines.home.register import Register
from pipelines.publication.content import content_of
from tests.conftest import Home
from tests.faults.service import Service, wait_until
from tests.support.chromium import chromium
from tests.support.desk_browser import Officer
from tests.support.filling import fill, place, sheets
from tests.support.seen import resize, too_wide, violations
from tests.support.typed import as_typed

pytestmark = [pytest.mark.long, pytest.mark.xdist_group("bureau")]

TODAY, QUARTER = "2025-04-21", "2025-T1"
MONTHS = ("2025-01", "2025-02", "2025-03")
POSTS = ("POSTE-46-CIAT-CAHORS", "POSTE-46-CGD-FIGEAC")
BROKEN, LATE, CORRECTED = ("CGD GOURDON", "2025-02"), ("CGD FIGEAC", "2025-03"), ("CGD CAHORS", "2025-03")
REASONS = {"excuse": "poste vacant", "correction": "relevé du 15 avril", "edition": "retour de Cahors corrigé"}
_LINKS = """[...document.querySelectorAll('a.formulaire')].map(a => a.getAttribute('href'))"""
# When, which load: what two homes that did the same differ by.
_OF_THE_MOMENT = {"fait_le", "recu_le", "decide_le", "chargement", "vu_le", "inscrite_le"}


class Month:
    """The home of the desk, that of the commands, the officer, and the files that were sent, in order."""

    def __init__(self, folder: Path, service: Service, home: Home, twin: Home, officer: Officer) -> None:
        self.sent = folder / "envois"
        self.sent.mkdir()
        self.service, self.home, self.twin, self.officer = service, home, twin, officer
        self.returns: dict[tuple[str, str], Path] = {}
        self.where = ""  # the cell that was changed last, as Vigie names a cell

    def changed(self, which: tuple[str, str], name: str, value: object) -> Path:
        """The same return with another answer on its first line: a number, or what is none."""
        book = openpyxl.load_workbook(self.returns[which])
        sheet, schema = next(sheets(book, "service_returns"))
        header, columns = place(sheet, schema)
        sheet.cell(header + 1, columns["faits_constates"], value)
        self.where = f"ligne {header + 1}, colonne {get_column_letter(columns['faits_constates'])}"
        file = self.sent / name
        book.save(file)
        return file


@pytest.fixture(scope="module")
def month(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Month]:
    folder = tmp_path_factory.mktemp("mois")
    homes = [Home(folder / name, VIGIE_TODAY=TODAY, VIGIE_DEPARTEMENT="46") for name in ("bureau", "commandes")]
    with Service(homes[0]) as service, chromium(folder / "navigateur") as browser:
        address = homes[0].run("bureau", "--adresse")
        assert address.returncode == 0, address.stderr
        played = Month(folder, service, *homes, Officer(browser, address.stdout.strip()))
        # Nothing loads by itself but at the end: what each step gave is its own.
        service.stop_arrivals()
        yield played


def test_the_first_day_fixes_the_start_date(month: Month) -> None:
    seen = month.officer.go()
    assert "Rien n'est encore chargé." in seen
    assert "Fixer la date de début" in seen
    assert "une période" in month.officer.send("debut", {"Première période": "un jour"})
    assert "Date de début : 2025-01." in month.officer.send("debut", {"Première période": "janvier 2025"})
    assert (month.home.folder / "vigie.toml").read_text(encoding="utf-8") == 'depuis = "2025-01"\n'
    assert "Fixer la date de début" not in month.officer.go()


def test_what_will_not_come_is_excused(month: Month) -> None:
    assert "Rien n'est excusé." in month.officer.go("calendrier")
    for post in POSTS:
        seen = month.officer.send(
            "excuser", {"Quoi": post, "Période": "2025-01..2025-03", "Motif": REASONS["excuse"]}
        )  # fmt: skip
        assert "n'est plus attendu pour 2025-01..2025-03." in seen
    assert month.officer.go("calendrier").count(REASONS["excuse"]) == 2


def test_the_forms_are_taken_from_the_calendar(month: Month) -> None:
    seen = month.officer.go("calendrier")
    assert seen.count("en retard") == 18 + 1  # five services and a barometer over three months, and the legend
    for link in list(month.officer.tab.run(_LINKS)):
        source, period, _, who = re.search(r"formulaires/(\w+)/([\d-]+)(\?pour=(.+))?", link).groups()
        if period not in MONTHS or source == "iscg":
            continue
        name = (who or source).replace("%20", " ")
        book = openpyxl.load_workbook(io.BytesIO(month.officer.download(link)), data_only=True)
        for sheet, schema in sheets(book, source):
            fill(sheet, schema)
        file = month.sent / f"{name} {period}.xlsx"
        book.save(file)
        month.returns[name, period] = file
    assert len(month.returns) == 18
    assert "formulaires, " in month.officer.send("formulaires", {"Période": "2025-03"})
    assert len(list((month.home.folder / "modeles" / "2025-03").glob("*.xlsx"))) == 8


def test_returns_arrive_and_the_false_one_is_refused_where_it_is_false(month: Month) -> None:
    month.officer.go("deposer")
    broken = month.changed(BROKEN, "gourdon.xlsx", "beaucoup")
    files = [file for which, file in month.returns.items() if which not in {BROKEN, LATE}]
    assert "16 fichiers déposés" not in month.officer.send("deposer", files=[*files, broken])
    seen = month.officer.work()
    assert "Publié en partie : des fichiers ont été refusés." in seen
    assert seen.count("acceptée") == 16
    assert "1 fichier refusé" in seen
    seen = month.officer.follow("gourdon.xlsx")
    assert "Pourquoi il est refusé" in seen
    assert seen.count(f"feuille « Faits », {month.where} : un texte, qui n'est pas repris ici, n'est pas admis") == 2
    assert "beaucoup" not in seen
    assert "Votre fichier « gourdon.xlsx », déposé le" in seen
    assert "Je vous remercie de bien vouloir le corriger et le déposer de nouveau" in seen
    assert "Ouvrir dans un logiciel de courriel" in seen


def test_what_is_late_is_asked_for(month: Month) -> None:
    seen = month.officer.go()
    assert "Fichier refusé : « gourdon.xlsx »" in seen
    assert "Ce qui manque au 21/04/2025" in seen
    assert "17 fichiers reçus, 16 acceptés, 1 refusé ; publié en partie" in seen
    seen = month.officer.go("relances")
    assert "Compagnie de gendarmerie de Figeac" in seen
    assert "1 élément attendu, pour mars 2025" in seen
    assert "Intervenant social" not in seen
    assert "2 messages écrits" in month.officer.send("messages")
    assert len(list((month.home.folder / "relances").glob("relance_2025-04-21_*.txt"))) == 2
    assert "peut être donné" not in month.officer.go()
    seen = month.officer.go("editions")
    assert "points l'empêchent d'être donné" in seen
    assert "Compagnie de gendarmerie de Figeac" in seen


def test_what_was_false_or_late_arrives(month: Month) -> None:
    month.officer.go("deposer")
    right = month.sent / "gourdon (bon).xlsx"
    right.write_bytes(month.returns[BROKEN].read_bytes())
    month.officer.send("deposer", files=[right, month.returns[LATE]])
    seen = month.officer.work()
    assert "Publié." in seen
    assert seen.count("acceptée") == 2
    assert "Il n'y a personne à relancer." in month.officer.go("relances")


def confirm(month: Month, name: str, value: int) -> None:
    """Send a corrected return, and take the correction that it proposes."""
    month.officer.go("deposer")
    month.officer.send("deposer", files=[month.changed(CORRECTED, name, value)])
    assert "1 correction à confirmer" in month.officer.work()
    seen = month.officer.follow(name)
    assert "Correction proposée" in seen
    assert "faits constatés" in seen
    assert f" {value}" in seen
    assert "1 valeur change" in seen
    seen = month.officer.send("confirmer", {"Motif": REASONS["correction"]}, of={"lecture": ""})
    assert f"Livraison « {name} »" in seen
    assert "confirmée : CGD CAHORS, mars 2025." in seen
    month.officer.send("charger")
    assert "Publié." in month.officer.work()
    assert "oui" in month.officer.go("livraisons")


def test_a_correction_is_shown_and_confirmed(month: Month) -> None:
    confirm(month, "cahors corrigé.xlsx", 41)


def test_the_quarter_is_looked_at_then_given(month: Month) -> None:
    assert "Le trimestre 2025-T1 peut être donné" in month.officer.go()
    month.officer.go("editions")
    month.officer.send("apercu", of={"periode": QUARTER})
    assert "Aperçu de 2025-T1 écrit. Rien n'est donné." in month.officer.work()
    assert "APERÇU : ce cliché n'est pas donné" in month.officer.follow(
        "aperçu de l'édition restreinte".replace("'", "’")
    )
    assert not (month.home.folder / "snapshots" / QUARTER).exists()
    month.officer.go("editions")
    month.officer.send("donner", of={"periode": QUARTER})
    assert "Cliché 2025-T1 donné." in month.officer.work()
    assert "Donné : 2025-T1" in month.officer.go("editions")


def test_the_quarter_is_corrected(month: Month) -> None:
    confirm(month, "cahors corrigé encore.xlsx", 43)
    month.officer.go("editions")
    month.officer.send("donner", {"Motif": REASONS["edition"]}, of={"periode": QUARTER, "corriger": "oui"})
    assert "Cliché 2025-T1.r2 donné." in month.officer.work()
    seen = month.officer.go("editions")
    assert "Donné : 2025-T1, 2025-T1.r2" in seen
    assert REASONS["edition"] in seen


def test_every_page_is_read_by_all_and_on_a_telephone(month: Month) -> None:
    found = {}
    for page in ("", "calendrier", "deposer", "livraisons", "ecarts", "relances", "messages", "editions", "etat"):
        for width in (1280, 390):
            resize(month.officer.tab, width)
            assert "Rien n'a été fait" not in month.officer.go(page)
            found[page, width] = (too_wide(month.officer.tab), violations(month.officer.tab))
    assert {k: v for k, v in found.items() if v != (0, [])} == {}


def test_the_register_is_the_one_that_the_commands_give(month: Month) -> None:
    twin = month.twin
    assert "Date de début : 2025-01." in as_typed(twin.run("start", "janvier 2025").stdout)
    assert (twin.folder / "vigie.toml").read_bytes() == (month.home.folder / "vigie.toml").read_bytes()
    for post in POSTS:
        assert twin.run("excuse", post, "2025-01..2025-03", "--motif", REASONS["excuse"]).returncode == 0
    first = [file for which, file in month.returns.items() if which not in {BROKEN, LATE}]
    for files, code in (
        ([*first, month.sent / "gourdon.xlsx"], 1),
        ([month.sent / "gourdon (bon).xlsx", month.returns[LATE]], 0),
    ):
        for file in files:
            twin.drop(file)
        assert twin.load()["code_sortie"] == code
    for name, given in (("cahors corrigé.xlsx", ()), ("cahors corrigé encore.xlsx", ("--motif", REASONS["edition"]))):
        twin.drop(month.sent / name)
        assert twin.load()["code_sortie"] == 0
        assert twin.run("confirm", name, "--motif", REASONS["correction"]).returncode == 0
        assert twin.load()["code_sortie"] == 0
        done = twin.run("snapshot", QUARTER, *given)
        assert done.returncode == 0, done.stderr
    assert index(month.home) == index(twin)
    assert (month.home.folder / "excuses.csv").read_bytes() == (twin.folder / "excuses.csv").read_bytes()
    contents = [content_of(h.warehouse, frozenset(_OF_THE_MOMENT)) for h in (month.home, twin)]
    assert contents[0] == contents[1]
    for name in (QUARTER, f"{QUARTER}.r2"):
        series = [h.folder / "snapshots" / name / "publique" / "donnees" / "series.parquet" for h in (month.home, twin)]
        assert series[0].read_bytes() == series[1].read_bytes()


def index(home: Home) -> dict[str, list[str]]:
    """What the register of a home holds of deliveries and decisions, but the moments."""
    tables = ("livraisons", "tranches", "refus", "decisions", "choix", "confirmations", "partielles")
    with Register(home.folder / "register.sqlite") as register:
        return {
            table: sorted(
                json.dumps({k: v for k, v in row.items() if k not in _OF_THE_MOMENT}, ensure_ascii=False)
                for row in register.rows(f"select * from {table}")
            )
            for table in tables
        }


def test_an_automatic_load_says_what_it_did(month: Month) -> None:
    place = 'repositoryName: "__repository__", repositoryLocationName: "pipelines.definitions"'
    month.service.page.ask(
        f'mutation {{ startSensor(sensorSelector: {{ sensorName: "arrivees", {place} }}) {{ __typename }} }}'
    )
    (month.home.landing / "note de service.csv").write_text("a;b\n1;2\n", encoding="utf-8")
    said = "Chargement automatique du"
    wait_until(
        lambda: "1 fichier reçu" in (seen := month.officer.go()) and said in seen, 240, "nothing loads by itself"
    )
    assert "1 fichier reçu, 0 accepté, 1 refusé" in month.officer.go("etat")
    assert said in month.home.run("status").stdout
