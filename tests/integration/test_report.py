"""What committees read says what the snapshot holds, by itself, on any machine, without a network."""

from __future__ import annotations

import json
import re
import shutil
from html import unescape
from html.parser import HTMLParser
from pathlib import Path

import openpyxl
import pandas as pd
import pytest
from openpyxl.cell.cell import Cell

from pipelines.report.contents import contents_of
from pipelines.report.draw import draw
from pipelines.report.edition import Edition, read_edition
from pipelines.report.lines import Lines
from pipelines.report.workbook.write import write_workbook
from pipelines.settings.model import PROJECT
from tests.conftest import Home
from tests.integration.conftest import QUARTER
from tests.support.browser import browse
from tests.support.typed import as_typed, page_texts, shown_wrong

pytestmark = pytest.mark.xdist_group("cliches")
EDITIONS = ("publique", "restreinte")


class Page(HTMLParser):
    """The text of a page, its links out, its headings, and the images that have no alternative."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.words: list[str] = []
        self.out: list[str] = []
        self.headings: list[int] = []
        self.unspoken = 0
        self._silent = 0
        self.feed(html)
        self.text = as_typed(" ".join(self.words))

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        self.out += [v for k, v in attrs if k in ("src", "href") and v and not v.startswith("#")]
        self._silent += tag in ("style", "script", "svg")
        if re.fullmatch("h[1-6]", tag):
            self.headings.append(int(tag[1]))
        self.unspoken += given.get("role") == "img" and not given.get("aria-label") and tag != "path"

    def handle_endtag(self, tag: str) -> None:
        self._silent -= tag in ("style", "script", "svg")

    def handle_data(self, data: str) -> None:
        if not self._silent:
            self.words.append(data)


@pytest.fixture(scope="module")
def snapshot(given: Home) -> Path:
    return given.folder / "snapshots" / QUARTER


def page(snapshot: Path, edition: str) -> Page:
    return Page((snapshot / edition / "rapport.html").read_text(encoding="utf-8"))


def comparisons(snapshot: Path, edition: str) -> pd.DataFrame:
    return pd.read_parquet(snapshot / edition / "donnees" / "comparaisons.parquet")


@pytest.mark.parametrize("edition", EDITIONS)
def test_a_page_needs_nothing_but_itself_and_can_be_heard(snapshot: Path, edition: str) -> None:
    seen = page(snapshot, edition)
    assert seen.out == []
    assert seen.headings[0] == 1
    assert all(b - a <= 1 for a, b in zip(seen.headings, seen.headings[1:], strict=False)), "no level is skipped"
    assert seen.unspoken == 0
    assert seen.text.count("DÉMONSTRATION") == 1
    html = (snapshot / edition / "rapport.html").read_text(encoding="utf-8")
    assert [fault for text in page_texts(html) for fault in shown_wrong(text)] == []


def test_each_edition_says_which_it_is(snapshot: Path) -> None:
    assert "Édition publique" in page(snapshot, "publique").text
    assert "Édition restreinte" in page(snapshot, "restreinte").text
    assert "ne pas diffuser" in page(snapshot, "restreinte").text
    assert "Compagnie" not in page(snapshot, "publique").text
    services = pd.read_parquet(snapshot / "restreinte" / "donnees" / "territoires.parquet").query("niveau == 'service'")
    assert all(name in page(snapshot, "restreinte").text for name in services["libelle"])
    assert not any(name in page(snapshot, "publique").text for name in services["libelle"])


def test_the_first_page_says_what_the_snapshot_holds(snapshot: Path) -> None:
    text = page(snapshot, "publique").text
    quarter = comparisons(snapshot, "publique").set_index(["indicateur_code", "territoire_code", "periode_type"])
    deaths = quarter.loc[("TUES", "DEP-46", "trimestre")]
    # By hand: five in the quarter, four the year before, no percentage under ten.
    assert (int(deaths["valeur"]), int(deaths["valeur_precedente"])) == (5, 4)
    assert "Personnes tuées personnes 5 4 pas d'évolution établie 4 → 5" in text
    first = text[text.rindex("Qui publie", 0, text.index("Ce qui change")) :]
    assert first.index("Ce qui change") < first.index("À surveiller") < first.index("Ce qui manque")
    assert first.index("Ce qui manque") < first.index("Indicateur Valeur")
    for code in ("P1", "P2", "P3", "P4"):
        assert f"{code} ·" in text
    later = Page((snapshot.parent / "2023-T4" / "publique" / "rapport.html").read_text(encoding="utf-8")).text
    assert "point de départ : 134 caméras au 01/01/2020" in later
    assert "cible du plan : au moins 2 postes" in later


def test_a_browser_opens_it_without_a_network_and_prints_it(snapshot: Path, tmp_path: Path) -> None:
    file = snapshot / "publique" / "rapport.html"
    seen = Page(browse(file, tmp_path, "--dump-dom"))
    assert seen.text == page(snapshot, "publique").text
    pdf = tmp_path / "rapport.pdf"
    browse(file, tmp_path, "--no-pdf-header-footer", f"--print-to-pdf={pdf}")
    pages = len(re.findall(rb"/Type\s*/Page[^s]", pdf.read_bytes()))
    assert 5 <= pages <= 12


@pytest.mark.parametrize("edition", EDITIONS)
def test_axe_finds_nothing(snapshot: Path, tmp_path: Path, edition: str) -> None:
    judge = PROJECT / "node_modules" / "axe-core" / "axe.min.js"
    if not judge.exists():
        pytest.skip("axe-core n'est pas installé (npm install --no-save axe-core) : l'accessibilité n'est pas jugée")
    html = (snapshot / edition / "rapport.html").read_text(encoding="utf-8")
    # The page itself allows no script: the judge is let into a copy.
    html = re.sub(r'<meta http-equiv="Content-Security-Policy"[^>]*>', "", html)
    script = judge.read_text(encoding="utf-8").replace("</script>", "<\\/script>")
    run = (
        "axe.run(document).then(r => { const p = document.createElement('pre'); p.id = 'axe'; p.textContent = "
        "JSON.stringify(r.violations.map(v => [v.impact, v.id, v.nodes.length])); document.body.appendChild(p) })"
    )
    judged = tmp_path / "juge.html"
    judged.write_text(html.replace("</body>", f"<script>{script}</script><script>{run}</script></body>"), "utf-8")
    dom = browse(judged, tmp_path, "--virtual-time-budget=120000", "--dump-dom")
    found = json.loads(unescape(re.search(r'<pre id="axe">(.*?)</pre>', dom, re.DOTALL).group(1)))
    assert found == []


@pytest.mark.parametrize("edition", EDITIONS)
def test_the_workbook_has_numbers_and_hides_nothing(snapshot: Path, edition: str) -> None:
    book = openpyxl.load_workbook(snapshot / edition / "tableau_de_bord.xlsx")
    assert [s.title for s in book.worksheets] == [
        "Sommaire", "Indicateurs de tête", "Graphiques", "Séries", "Suivi du plan", "Actions à mener",
        "Indicateurs", "Manques",
    ]  # fmt: skip
    assert all(s.sheet_state == "visible" for s in book.worksheets)
    sheet = book["Indicateurs"]
    assert sheet.freeze_panes == "A2"
    head = [c.value for c in sheet[1]]
    rows = [dict(zip(head, (c.value for c in row), strict=True)) for row in sheet.iter_rows(min_row=2)]
    assert len(rows) == len(comparisons(snapshot, edition))
    [one] = [r for r in rows if (r["Code"], r["Territoire"], r["Sorte de période"]) == ("CBV_4001", "Lot", "année")]
    assert (one["Valeur"], one["Un an avant"], one["Lecture du test"]) == (
        421, 395, "pas d'évolution établie",
    )  # fmt: skip
    assert all(r["Valeur"] is None for r in rows if r["Statut"] == "M"), "missing is not 0"
    assert all(r["Pourquoi il manque quelque chose"] for r in rows if r["Valeur"] is None)
    formulas = [c.value for row in sheet.iter_rows() for c in row if c.data_type == "f"]
    assert formulas == []


@pytest.mark.parametrize("edition", EDITIONS)
def test_no_axis_says_a_figure_twice(snapshot: Path, edition: str) -> None:
    html = (snapshot.parent / "2023-T4" / edition / "rapport.html").read_text(encoding="utf-8")
    axes = []
    for drawn in re.findall(r"<svg.*?</svg>", html, re.DOTALL):
        texts = re.findall(r"<text(?![^>]*bold)[^>]*>([^<]+)</text>", drawn)
        axes.append([t for t in texts if re.fullmatch(r"[\d\s,]+", t) and not re.fullmatch(r"(19|20)\d\d", t)])
    drawn = [axis for axis in axes if axis]
    assert len(drawn) >= 8
    assert [axis for axis in drawn if len(set(axis)) < len(axis)] == []


@pytest.mark.parametrize("edition", EDITIONS)
def test_a_figure_reads_the_same_in_the_workbook_and_on_the_page(snapshot: Path, tmp_path: Path, edition: str) -> None:
    """Whatever its unit: a part of a post, a share, a mean, a count; read as a spreadsheet shows them in French."""
    made = read_edition(snapshot.parent / "2023-T4", edition)
    rows = made.tables["comparaisons"]
    here = (rows["territoire_code"] == "DEP-46") & (rows["periode_type"] == "trimestre")
    for code, figures in _FIGURES.items():
        mine = here & (rows["indicateur_code"] == code)
        assert mine.sum() == 1, code
        rows.loc[mine, ["valeur", "valeur_precedente", "ecart", "confidentialite"]] = [*figures, "F"]
    mean = (rows["indicateur_code"] == "ISCG_PERSONNES") & (rows["periode_type"] == "douze_mois")
    rows.loc[mean, ["valeur", "valeur_precedente", "ecart", "confidentialite"]] = [113 / 3, 30.5, 113 / 3 - 30.5, "F"]
    write_workbook(made, contents_of(made), tmp_path / "classeur.xlsx")
    sheet = openpyxl.load_workbook(tmp_path / "classeur.xlsx")["Indicateurs"]
    head = [c.value for c in sheet[1]]
    cells = [dict(zip(head, row, strict=True)) for row in sheet.iter_rows(min_row=2)]
    shown = {
        (r["Code"].value, r["Sorte de période"].value): tuple(_read(r[n]) for n in ("Valeur", "Un an avant", "Écart"))
        for r in cells
        if r["Territoire"].value == "Lot"
    }
    assert shown["ISCG_ETP", "trimestre"] == ("0,5", "1", "−0,5")
    assert shown["MINEURS_MEC_PART", "trimestre"] == ("12,5", "33,33", "−20,83")
    assert shown["CBV_4001", "trimestre"] == ("1\u202f234", "1\u202f233", "1")
    assert shown["ISCG_PERSONNES", "douze mois"] == ("37,67", "30,5", "7,17")
    page = Lines(made)
    half = page.line("ISCG_ETP", kind="trimestre")
    assert (half.value, half.before) == ("0,5", "1")
    told = 0
    for r in cells:
        kind = {"trimestre": "trimestre", "année": "annee"}.get(r["Sorte de période"].value)
        if kind is None:
            continue  # a page gives these windows in a sentence
        line = page.line(r["Code"].value, _place(made, r["Territoire"].value), kind)
        told += 1
        for cell, written in ((r["Valeur"], line.value), (r["Un an avant"], line.before)):
            assert _read(cell) in (written, ""), (line.code, r["Territoire"].value, kind)
    assert told > 300


_FIGURES = {
    "ISCG_ETP": (0.5, 1.0, -0.5),
    "MINEURS_MEC_PART": (12.5, 100 / 3, 12.5 - 100 / 3),
    "CBV_4001": (1234.0, 1233.0, 1.0),
}


def _read(cell: Cell) -> str:
    """A cell as a French spreadsheet shows it, from its number and its format alone; empty when it is."""
    if cell.value is None:
        return ""
    assert re.fullmatch(r"#,##0(\.0+)?", cell.number_format), cell.number_format
    text = f"{cell.value:,.{len(cell.number_format.partition('.')[2])}f}"
    return text.replace(",", "\u202f").replace(".", ",").replace("-", "−")


def _place(edition: Edition, label: str) -> str:
    return {name: code for code, name in edition.labels("territoires", "territoire_code").items()}[label]


def test_the_pages_are_drawn_from_the_folder_alone(snapshot: Path, tmp_path: Path) -> None:
    alone = tmp_path / "ailleurs" / QUARTER
    shutil.copytree(snapshot, alone)
    files = draw(alone, tmp_path / "pages")
    assert len(files) > 10
    for file in files:
        assert file.read_bytes() == (snapshot / file.relative_to(tmp_path / "pages")).read_bytes(), file.name
