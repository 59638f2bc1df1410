"""The desk in a real browser, over the loaded demonstration: for all, by keyboard, on a telephone, without a script."""

from __future__ import annotations

import shutil
from collections.abc import Iterator

import pytest

from pipelines.desk.answers import PAGES
from tests.conftest import Home
from tests.faults.service import Service
from tests.support.chromium import chromium
from tests.support.desk_browser import Officer
from tests.support.seen import press, resize, too_wide, violations

pytestmark = [pytest.mark.long, pytest.mark.xdist_group("interface")]


@pytest.fixture(scope="module")
def officer(demo_home: Home, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Officer]:
    folder = tmp_path_factory.mktemp("au-bureau")
    shutil.copytree(demo_home.folder, folder / "home")
    home = Home(folder / "home")
    with Service(home), chromium(folder / "navigateur") as browser:
        address = home.run("bureau", "--adresse")
        assert address.returncode == 0, address.stderr
        yield Officer(browser, address.stdout.strip())


@pytest.mark.parametrize("page", [*(name for name, _ in PAGES), "ecarts", "messages"])
def test_a_page_is_read_by_all_and_on_a_telephone(officer: Officer, page: str) -> None:
    for width in (1280, 800, 390):
        resize(officer.tab, width)
        assert "Rien n'a été fait" not in officer.go(page)
        assert too_wide(officer.tab) == 0, width
        assert violations(officer.tab) == [], width


def test_the_menu_leads_to_each_page(officer: Officer) -> None:
    seen = officer.go()
    assert all(name in seen for _, name in PAGES)
    for page, name in PAGES:
        assert officer.go(page).startswith("Aller au contenu Vigie")
        assert officer.tab.run("document.querySelector('h1').innerText.replace('’', \"'\")") == name
        assert officer.tab.run("document.querySelectorAll('nav [aria-current=page]').length") == 1


def test_the_keyboard_goes_to_the_content_then_through_a_form_and_out(officer: Officer) -> None:
    officer.go("calendrier")
    press(officer.tab, "Tab", number=9)
    assert officer.tab.run("document.activeElement.innerText") == "Aller au contenu"
    officer.tab.call("Input.dispatchKeyEvent", type="keyDown", key="Enter", windowsVirtualKeyCode=13, text="\r")
    officer.tab.wait("document.activeElement.id === 'contenu'")
    seen = []
    for _ in range(400):
        press(officer.tab, "Tab", number=9)
        seen.append(officer.tab.run("[document.activeElement.tagName, document.activeElement.name || ''].join(' ')"))
        if officer.tab.run("!!document.activeElement.closest('footer')"):
            break
    assert officer.tab.run("!!document.activeElement.closest('footer')"), "the keyboard never leaves the page"
    for field in ("SELECT quoi", "INPUT periode", "INPUT motif", "BUTTON "):
        assert field in seen
    visible = "getComputedStyle(document.activeElement).outlineStyle !== 'none'"
    assert officer.tab.run(visible), "what is focused is not shown"


def test_a_page_is_read_without_a_script(officer: Officer) -> None:
    officer.tab.call("Emulation.setScriptExecutionDisabled", value=True)
    try:
        officer.tab.go(f"{officer.base}/etat")
        officer.tab.wait("document.readyState === 'complete' && document.title.startsWith('État')")
        assert "Dernier chargement" in officer.text()
    finally:
        officer.tab.call("Emulation.setScriptExecutionDisabled", value=False)


def test_nothing_is_run_nor_asked_elsewhere(officer: Officer) -> None:
    """The page's own policy lets no script of a text run, and no request leave."""
    officer.go()
    injected = (
        "new Promise(done => { const s = document.createElement('script'); s.textContent = 'window.pirate = 1'; "
        "document.body.append(s); const i = new Image(); i.onerror = () => done([window.pirate || 0, 'refused']); "
        "i.onload = () => done(['loaded']); i.src = 'http://localhost:1/x.png'; })"
    )
    assert officer.tab.run(injected) == [0, "refused"]
    assert officer.tab.run("document.cookie") == ""


def test_a_delivery_is_withdrawn_and_reinstated_by_button(officer: Officer) -> None:
    officer.go("livraisons")
    seen = officer.follow("retours-iscg-2022")
    assert "acceptée" in seen
    seen = officer.send("retirer", {"Motif": "doublon"})
    assert "retirée. L'entrepôt publié n'a pas changé" in seen
    assert "Charger maintenant" in seen
    seen = officer.send("retablir", {"Motif": "par erreur"})
    assert "rétablie. L'entrepôt publié n'a pas changé" in seen


def test_a_used_form_is_not_taken_again(officer: Officer) -> None:
    officer.go("livraisons")
    officer.follow("retours-iscg-2022")
    page = officer.tab.run("location.href")
    officer.send("retirer", {"Motif": "essai"})
    before = officer.text()
    again = (
        "fetch(document.querySelector('form').action, {method: 'POST', headers: {'Content-Type': "
        "'application/x-www-form-urlencoded'}, body: new URLSearchParams({jeton_formulaire: 'TOKEN'})})"
        ".then(r => r.status)"
    )
    token = officer.tab.run("document.querySelector('[name=jeton_formulaire]').value")
    assert officer.tab.run(again.replace("TOKEN", str(token))) == 200  # followed to the page that says what it did
    assert officer.tab.run(again.replace("TOKEN", str(token))) == 403
    assert "retirée" in before
    officer.tab.go(str(page))
    officer.tab.wait("document.body.innerText.includes('Rétablir')")
    officer.send("retablir", {"Motif": "essai"})


def test_dagster_s_page_opens_from_the_desk_with_the_same_key(officer: Officer) -> None:
    officer.go()
    officer.tab.run("document.querySelector('footer a').click()")
    officer.tab.wait("document.title.includes('Dagster') && !location.search.includes('jeton')")
    assert "/bureau" not in str(officer.tab.run("location.pathname"))
