"""An edition and the page of quality on a screen, at three widths, by the keyboard and on paper."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.conftest import Home
from tests.integration.conftest import QUARTER
from tests.support.chromium import Chromium, chromium
from tests.support.screens import (
    LEAST_LETTERS,
    WIDTHS,
    at_width,
    cut_texts,
    keyboard_path,
    pages_of,
    printed,
    sideways,
    smallest_letters,
)
from tests.support.site_pages import JUDGE, axe

# A browser and a spreadsheet for each page: played by make verify-screens.
pytestmark = [pytest.mark.xdist_group("cliches"), pytest.mark.long]
QUARTERS = (QUARTER, "2023-T4")
PAGES = {f"{quarter}-{edition}": (quarter, edition) for quarter in QUARTERS for edition in ("publique", "restreinte")}
MOST_SHEETS, MOST_OF_WORKBOOK = 12, 14
# Under each chart, the last period of its series, as it is written there, inside of what is seen.
_LAST = """[...document.querySelectorAll('table.derniers')].filter(t => {
  const head = t.tHead.rows[0].cells, cell = t.tBodies[0].rows[0].cells;
  const box = cell[cell.length - 1].getBoundingClientRect();
  let shown = document.documentElement.clientWidth;
  for (let e = t.parentElement; e; e = e.parentElement) {
    if (getComputedStyle(e).overflowX !== 'visible') shown = Math.min(shown, e.getBoundingClientRect().right);
  }
  const whole = head.length === cell.length && cell[cell.length - 1].textContent.trim();
  return !whole || box.right > shown + 1 || box.left < 0;
}).map(t => t.caption.textContent)"""


@pytest.fixture(scope="module")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Chromium]:
    with chromium(tmp_path_factory.mktemp("profil")) as found:
        yield found


@pytest.fixture(scope="module")
def pages(given: Home, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Both editions of two quarters, and the page of quality."""
    quality = tmp_path_factory.mktemp("qualite") / "qualite.html"
    done = given.run("quality", "--sortie", str(quality))
    assert done.returncode == 0, done.stderr
    snapshots = given.folder / "snapshots"
    return {name: snapshots / q / e / "rapport.html" for name, (q, e) in PAGES.items()} | {"qualite": quality}


@pytest.mark.parametrize("name", [*PAGES, "qualite"])
@pytest.mark.parametrize("width", WIDTHS)
def test_a_page_fits_the_screen_and_its_drawings_can_be_read(
    pages: dict[str, Path], browser: Chromium, name: str, width: int
) -> None:
    tab = at_width(browser, pages[name], width)
    assert sideways(tab) == 0
    letters = smallest_letters(tab)
    assert letters is None if name == "qualite" else letters >= LEAST_LETTERS
    assert cut_texts(tab) == []
    if name != "qualite":
        assert tab.run("document.querySelectorAll('table.derniers').length") >= 10
        assert tab.run(_LAST) == []
    tab.close()


@pytest.mark.parametrize("name", [*PAGES, "qualite"])
def test_axe_finds_nothing_at_any_width(pages: dict[str, Path], browser: Chromium, name: str) -> None:
    if not JUDGE.exists():
        pytest.skip("axe-core n'est pas installé (npm install --no-save axe-core) : l'accessibilité n'est pas jugée")
    for width in WIDTHS:
        tab = at_width(browser, pages[name], width)
        assert axe(tab) == [], width
        tab.close()


@pytest.mark.parametrize("name", ["2023-T4-publique", "2023-T4-restreinte", "qualite"])
def test_the_keyboard_goes_through_the_page_in_its_order_and_out(
    pages: dict[str, Path], browser: Chromium, name: str
) -> None:
    tab = at_width(browser, pages[name], 1280)
    stops, count = keyboard_path(tab)
    assert stops == list(range(count)), "every stop once, in the order of the page"
    tab.close()
    tab = at_width(browser, pages[name], 1280)
    tab.press("Tab")
    assert tab.run("document.activeElement.textContent") == "Aller au contenu"
    assert tab.run("(r => r.left >= 0 && r.top >= 0)(document.activeElement.getBoundingClientRect())"), "it is seen"
    tab.press("Enter")
    assert tab.run("document.activeElement.id") == "contenu"
    tab.close()


@pytest.mark.parametrize("name", PAGES)
def test_a_quarter_is_printed_on_few_sheets(pages: dict[str, Path], browser: Chromium, name: str) -> None:
    tab = at_width(browser, pages[name], 1280)
    assert 5 <= pages_of(printed(tab)) <= MOST_SHEETS
    tab.close()
    folder = pages[name].parent
    assert pages_of((folder / "info_rapide.pdf").read_bytes()) == 2
    # One page for each of the four priorities of the plan.
    assert pages_of((folder / "fiches_priorites.pdf").read_bytes()) == 4


@pytest.mark.parametrize("name", PAGES)
def test_the_workbook_is_printed_on_few_sheets(pages: dict[str, Path], tmp_path: Path, name: str) -> None:
    if shutil.which("libreoffice") is None:
        pytest.skip("LibreOffice n'est pas installé : apt-get install libreoffice-calc")
    book = pages[name].with_name("tableau_de_bord.xlsx")
    command = ["libreoffice", f"-env:UserInstallation=file://{tmp_path}/profil", "--headless", "--convert-to", "pdf"]
    done = subprocess.run([*command, "--outdir", tmp_path, book], capture_output=True, timeout=240, check=False)
    assert done.returncode == 0, done.stderr
    assert 3 <= pages_of((tmp_path / "tableau_de_bord.pdf").read_bytes()) <= MOST_OF_WORKBOOK
