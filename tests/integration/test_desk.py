"""The desk over a loaded home: the words of the commands, the same acts, nothing changed by reading."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from pipelines.desk.answers import PAGES
from pipelines.home.register import Register
from pipelines.operations.rebuild import index_of
from tests.conftest import Home
from tests.support.desk_client import BASE, DeskClient, tree
from tests.support.typed import as_typed, page_texts, shown_wrong

pytestmark = pytest.mark.xdist_group("bureau-charge")

ISCG = "retours-iscg-2023"


@pytest.fixture(scope="module")
def home(demo_home: Home, tmp_path_factory: pytest.TempPathFactory) -> Home:
    folder = tmp_path_factory.mktemp("bureau") / "home"
    shutil.copytree(demo_home.folder, folder)
    return Home(folder)


@pytest.fixture
def desk(home: Home, monkeypatch: pytest.MonkeyPatch) -> DeskClient:
    for name in ("VIGIE_LANDING", "VIGIE_DEPUIS", "VIGIE_CONFIG", "VIGIE_DEPARTEMENT"):
        monkeypatch.delenv(name, raising=False)
    for name in ("VIGIE_HOME", "VIGIE_TODAY"):
        monkeypatch.setenv(name, home.environment[name])
    return DeskClient()


@pytest.fixture
def iscg(home: Home) -> str:
    """The delivery of the social workers' returns of 2023."""
    with Register(home.folder / "register.sqlite") as register:
        [found] = [d["livraison_id"] for d in register.deliveries() if d["nom"].startswith(ISCG)]
    return found


def of_the_register(home: Home) -> dict[str, list[str]]:
    with Register(home.folder / "register.sqlite") as register:
        return index_of(register)


@pytest.mark.parametrize("page", [*(name for name, _ in PAGES), "ecarts", "messages", "calendrier/2023-12"])
def test_reading_changes_nothing_and_is_set_as_french(desk: DeskClient, home: Home, page: str) -> None:
    desk.get(f"/{page}")
    before, register = tree(home.folder), of_the_register(home)
    answer = desk.get(f"/{page}")
    assert answer.status_code == 200
    changed = {name for name, when in tree(home.folder).items() if before.get(name) != when}
    assert {name for name in changed if not name.startswith("register.sqlite")} == set()
    assert of_the_register(home) == register
    assert [fault for text in page_texts(answer.text) for fault in shown_wrong(text)] == []


def test_every_link_of_the_pages_leads_somewhere(desk: DeskClient) -> None:
    links = {link for page, _ in PAGES for link in re.findall(rf'href="{BASE}([^"#]*)', desk.get(f"/{page}").text)}
    few = sorted(links, key=lambda link: (link.count("/"), link))
    assert len(few) > 20
    kinds: dict[str, list[str]] = {}
    for link in few:
        kinds.setdefault(link.split("/")[1] if "/" in link else link, []).append(link)
    for found in kinds.values():
        for link in found[:6]:
            assert desk.get(link.replace("&amp;", "&")).status_code == 200, link


def test_where_it_stands_is_what_status_says(desk: DeskClient, home: Home) -> None:
    said = as_typed(home.run("status").stdout)
    seen = desk.read("/etat")
    [accepted] = re.findall(r"(\d+) livraisons acceptées", said)
    assert f"{accepted} acceptées" in seen
    [checks] = re.findall(r"Contrôles : ([^(]+) \(", said)
    assert checks in seen
    assert "Dernière sauvegarde aucune" in seen


def test_what_is_withdrawn_is_no_longer_received(desk: DeskClient, home: Home, iscg: str) -> None:
    """The same sentence as the command, in a copy of the home; then the calendar, which counted it, does not."""
    other = Home(home.folder.parent / "par-la-commande")
    shutil.copytree(home.folder, other.folder, dirs_exist_ok=True)
    said = as_typed(other.run("withdraw", iscg, "--motif", "doublon").stderr)
    assert desk.get("/calendrier/2023-12").text.count('<td class="case recu">') == 12 * 8 + 16 * 4
    assert "Décider" in desk.read(f"/livraisons/{iscg}")
    seen = desk.do("retirer", livraison=iscg, motif="doublon", retour=f"livraisons/{iscg}")
    assert said.strip() in seen
    assert "Charger maintenant" in seen
    calendar = desk.get("/calendrier/2023-12").text
    assert calendar.count('<td class="case recu">') == 12 * 6 + 16 * 4
    assert calendar.count('<td class="case retard"') == 24
    assert of_decisions(home) == of_decisions(other) == [("retiree", "doublon")]
    assert "rétablie" in desk.do("retablir", livraison=iscg, motif="par erreur", retour=f"livraisons/{iscg}")
    assert desk.get("/calendrier/2023-12").text.count('<td class="case recu">') == 12 * 8 + 16 * 4


def of_decisions(home: Home) -> list[tuple[str, str]]:
    with Register(home.folder / "register.sqlite") as register:
        return [(r["decision"], r["motif"]) for r in register.rows("select * from decisions order by rowid")]


def test_a_gap_is_tolerated_where_it_is_seen(desk: DeskClient, home: Home) -> None:
    page = desk.get("/ecarts").text
    hidden = r'name="regle" value="(\w+)"><input type="hidden" name="objet" value="([^"]+)"'
    rule, thing = re.search(hidden, page).groups()
    seen = desk.do("tolerer", regle=rule, objet=thing, motif="expliqué", jusqu_au="2025-12-31", retour="ecarts")
    assert f"Écart connu inscrit jusqu'au 2025-12-31 : {rule} {thing}" in seen
    assert f"{rule},{thing},expliqué,2025-12-31" in (home.folder / "erreurs_connues.csv").read_text(encoding="utf-8")
    late = {"regle": rule, "objet": thing, "motif": "m", "jusqu_au": "2020-01-01", "retour": "ecarts"}
    assert "est passée" in desk.do("tolerer", **late)


def test_a_decision_waits_for_the_load_that_runs(desk: DeskClient, home: Home, iscg: str) -> None:
    script = "from pipelines.machine.lock import LoadLock; import sys, time; from pathlib import Path\n"
    script += "with LoadLock(Path(sys.argv[1]), 'vigie load'): print('pris', flush=True); time.sleep(60)"
    command = [sys.executable, "-c", script, str(home.folder / "load.lock")]
    with subprocess.Popen(command, stdout=subprocess.PIPE) as other:
        other.stdout.readline()
        try:
            assert "En cours : vigie load" in desk.read("/etat")
            seen = desk.do("retirer", livraison=iscg, motif="m", retour=f"livraisons/{iscg}")
            assert "Non fait. Un autre chargement est en cours : « vigie load »" in seen
        finally:
            other.kill()
    assert "En cours" not in desk.read("/etat")


def test_a_form_is_given_filled_with_what_is_known(desk: DeskClient) -> None:
    answer = desk.get("/formulaires/service_returns/2025-01?pour=CGD%20CAHORS")
    assert answer.content[:2] == b"PK"
    assert "Retour%20mensuel%20-%20CGD%20CAHORS%20-%20janvier%202025.xlsx" in answer.headers["content-disposition"]
    assert desk.get("/formulaires/service_returns/2025-01?pour=NULLE%20PART").status_code == 404
    assert desk.get("/formulaires/police/2025-01").status_code == 404


def test_only_the_faces_of_an_edition_are_given(desk: DeskClient, given: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("VIGIE_HOME", str(given.folder))
    seen = desk.read("/editions")
    assert "2019-T4" in seen
    assert "Rien n'a encore été donné" not in seen
    page = desk.get("/editions/2019-T4/publique/rapport.html")
    assert page.text == (given.folder / "snapshots/2019-T4/publique/rapport.html").read_text(encoding="utf-8")
    assert "script" not in page.headers["content-security-policy"]
    for path in ("2019-T4/publique/manifest.json", "2019-T4/donnees/rapport.html", "..%2f..%2fregister.sqlite/a/b",
                 "2019-T4/restreinte/..%2f..%2f..%2fregister.sqlite", ".%2e/publique/rapport.html"):  # fmt: skip
        assert desk.get(f"/editions/{path}").status_code == 404
    book = desk.get("/editions/2019-T4/restreinte/tableau_de_bord.xlsx")
    assert book.content == (Path(given.folder) / "snapshots/2019-T4/restreinte/tableau_de_bord.xlsx").read_bytes()
