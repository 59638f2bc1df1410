"""A load that a blocking rule holds back: what it says, what it leaves alone, what excuses it, what its page shows."""

from __future__ import annotations

import datetime as dt
import hashlib
import re
import shutil
from dataclasses import dataclass
from html.parser import HTMLParser
from pathlib import Path

import pytest

from pipelines.catalogue.load import load_catalogue
from pipelines.home.register import Register
from pipelines.publication.fingerprint import build_is_needed
from pipelines.quality import known, record
from pipelines.quality.warehouse import judge
from pipelines.settings.model import Settings
from tests.conftest import Home
from tests.mutants.damage import workbook
from tests.support.browser import browse
from tests.support.typed import as_typed

pytestmark = [pytest.mark.xdist_group("chargements"), pytest.mark.long]

HOSTILE_NAME = "<img src=x onerror=alert(1)><b>.csv"
HOSTILE_REASON = "<script>document.title='pris'</script> vérifié"
UNTIL = "2025-02-20"
RULE = "TERRITOIRES"


@dataclass
class Held:
    home: Home
    before: str
    said: str
    code: int
    load: str
    damaged: set[str]
    findings: list[dict]
    results: list[dict]
    page: str


def red_rules(held: Held) -> set[str]:
    return {r["regle_code"] for r in held.results if r["severite"] == "bloquant" and r["resultat"] == "ecart"}


def sha256(file: Path) -> str:
    return hashlib.sha256(file.read_bytes()).hexdigest()


def contradict(landing: Path) -> None:
    """The monthly workbook anew, and that of the police alone with one fact more than both in one month of index 3."""
    total = landing / "tableaux-4001-ts-demonstration.xlsx"
    with workbook(total) as book:
        page = book["46"]
        [line] = [row[0].row for row in page.iter_rows(max_col=1) if row[0].value == 3]
        column = next(c for c in range(3, page.max_column + 1) if page.cell(1, c).value == "2019_03")
        page.cell(line, column).value += 1
        above = page.cell(line, column).value + 1
    shutil.copyfile(total, landing / "tableaux-4001-pn-demonstration.xlsx")
    with workbook(landing / "tableaux-4001-pn-demonstration.xlsx") as book:
        page = book["46"]
        for row in page.iter_rows(min_row=2, min_col=3):
            for cell in row:
                cell.value = above if (cell.row, cell.column) == (line, column) else 0


@pytest.fixture(scope="module")
def held(tmp_path_factory: pytest.TempPathFactory, demo_home: Home) -> Held:
    """The demonstration, published; then two new workbooks, each sound, of which one is no part of the other."""
    home = Home(tmp_path_factory.mktemp("retenu") / "home", VIGIE_KEEP_BUILD="1")
    shutil.copytree(demo_home.folder, home.folder, dirs_exist_ok=True)
    before = {file: sha256(file) for file in home.landing.iterdir()}
    contradict(home.landing)
    changed = [file for file in home.landing.iterdir() if before.get(file) != sha256(file)]
    assert len(changed) == 2
    done = home.run("withdraw", next(d[:12] for f, d in before.items() if f in changed), "--motif", "remplacée")
    assert done.returncode == 0, done.stderr
    (home.landing / HOSTILE_NAME).write_text("a;b\n<script>alert(1)</script>;2\n", encoding="utf-8")
    published = sha256(home.warehouse)
    done = home.run("load")
    with Register(home.folder / "register.sqlite") as register:
        load = record.last_judged(register)
        findings = record.findings(register, load)
        results = [r for r in record.history(register) if r["chargement"] == load]
    assert home.run("quality").returncode == 0
    page = (home.folder / "qualite.html").read_text(encoding="utf-8")
    return Held(home, published, done.stderr, done.returncode, load, {sha256(f)[:12] for f in changed}, findings,
                results, page)  # fmt: skip


def test_it_exits_2_and_leaves_the_published_file_byte_for_byte(held: Held) -> None:
    assert held.code == 2
    assert sha256(held.home.warehouse) == held.before
    assert [f.name for f in held.home.warehouse.parent.iterdir()] == ["vigie.duckdb"]


def test_it_says_in_french_what_where_from_and_what_to_do(held: Held) -> None:
    text = " ".join(held.said.split())
    assert "Rien publié : des livraisons se contredisent, l'entrepôt précédent reste en place." in text
    assert "L'entrepôt publié n'a pas changé." in text
    first = held.findings[0]
    assert first["severite"] == "bloquant"
    assert f"Contrôle {first['regle_code']} (bloquant)" in text
    assert first["constat"] in text
    assert f"À faire : {first['remede']}" in text
    for delivery in held.damaged:
        assert re.search(rf"« tableaux-4001-[^»]+ » \({delivery}\)", text)
    assert re.search(r"vigie withdraw \S+ --motif", text)
    assert "Traceback" not in text


def test_its_results_are_in_the_register(held: Held) -> None:
    assert RULE in red_rules(held)
    assert all(r["n_verifies"] > 0 for r in held.results if r["resultat"] == "conforme")
    with Register(held.home.folder / "register.sqlite") as register:
        assert register.set_aside() == []


# ---- the page


class Shown(HTMLParser):
    """The tags of a page, the addresses that it names, and its text."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.addresses: list[str] = []
        self.words: list[str] = []
        self.feed(page)
        self.text = as_typed(" ".join(self.words))

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.addresses += [v or "" for k, v in attrs if k in {"src", "href", "action", "data", "srcset"}]
        assert not [k for k, _ in attrs if k.startswith("on")]

    def handle_data(self, data: str) -> None:
        self.words.append(data)


def test_the_page_asks_nothing_of_the_network_and_runs_nothing(held: Held) -> None:
    shown = Shown(held.page)
    assert shown.tags.isdisjoint({"script", "img", "iframe", "link", "object", "embed", "form"})
    assert all(address.startswith("#") for address in shown.addresses)
    assert not re.search(r"https?://|url\(|@import", held.page)
    assert "default-src 'none'" in held.page


def test_the_page_shows_what_was_received_as_text(held: Held) -> None:
    assert HOSTILE_NAME not in held.page
    assert HOSTILE_NAME in Shown(held.page).text
    anchors = set(re.findall(r'href="#(\w+)"', held.page))
    assert anchors <= set(re.findall(r'id="(\w+)"', held.page))


def test_the_page_says_what_the_register_says(held: Held) -> None:
    text = Shown(held.page).text
    for finding in held.findings:
        if finding["severite"] != "information":
            assert " ".join(finding["constat"].split()) in text
            assert finding["objet"] in text
    counts = {s: sum(f["severite"] == s for f in held.findings) for s in ("bloquant", "avertissement")}
    assert f"{counts['bloquant']} bloquent la publication" in text
    assert f"{counts['avertissement']} à vérifier" in text
    assert "1 fichier refusé" in text
    assert held.load in text


def test_a_browser_shows_the_same(held: Held, tmp_path: Path) -> None:
    dom = browse(held.home.folder / "qualite.html", tmp_path, "--dump-dom")
    seen = Shown(dom)
    assert seen.text == Shown(held.page).text
    assert seen.tags == Shown(held.page).tags
    assert "<title>Qualité des données, département 46</title>" in dom
    assert "Ce qui empêche de publier" in seen.text


# ---- known errors: the last test, for it changes the home


def test_known_errors_stop_shouting_until_their_day_and_the_series_keeps_every_load(held: Held) -> None:
    home = held.home
    blocking = [f for f in held.findings if f["severite"] == "bloquant"]
    for finding in blocking:
        done = home.run("tolerate", finding["regle_code"], finding["objet"], "--motif", HOSTILE_REASON,
                        "--jusqu-au", UNTIL)  # fmt: skip
        assert done.returncode == 0, done.stderr
    told = home.load()
    assert (told["code_sortie"], told["controles"]["bloquants"]) == (0, [])
    assert told["controles"]["connus"] == len(blocking)
    assert sha256(home.warehouse) != held.before
    assert home.sql(
        "select count(*) from qualite.constats where severite = 'bloquant' and connu_jusqu_au = date '2025-02-20'"
    ) == [[len(blocking)]]

    # The published series has the load that published nothing between the two that did.
    series = home.sql(
        "select chargement, max(resultat) filter (where resultat in ('ecart', 'ecart_connu')) "
        "from qualite.controles where regle_code = 'TERRITOIRES' group by all order by min(execute_le)"
    )
    assert [outcome for _, outcome in series] == [None, "ecart", "ecart_connu"]
    assert [load for load, _ in series][1:] == [held.load, told["chargement"]]

    assert home.run("quality").returncode == 0
    page = (home.folder / "qualite.html").read_text(encoding="utf-8")
    assert HOSTILE_REASON not in page
    assert HOSTILE_REASON in Shown(page).text
    assert "Ce qui empêche de publier" not in page

    # The day after, the same build is red again, and a load would judge anew.
    build = home.folder / "build" / "vigie.duckdb"
    for day, red in ((UNTIL, set()), ("2025-02-21", red_rules(held))):
        settings = Settings(home=home.folder, today=dt.date.fromisoformat(day))
        results, _ = judge(build, set(), known.valid(settings))
        assert {r.regle_code for r in results if r.stops} == red
    with Register(settings.paths.register) as register:
        assert build_is_needed(settings, register, load_catalogue())
