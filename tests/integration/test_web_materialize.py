"""« Materialize » on the page of an asset, in a browser: it asks for the whole load, and the load succeeds."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.conftest import Home
from tests.faults.service import Service, wait_until
from tests.support.chromium import Tab, chromium

pytestmark = [pytest.mark.xdist_group("interface"), pytest.mark.long]

TABLES = [["raw", "iscg_activite"], ["indicateurs", "valeurs"], ["published", "vigie"]]
_CHECKS = """query($key: AssetKeyInput!) { assetNodeOrError(assetKey: $key) { ... on AssetNode {
  assetChecksOrError { ... on AssetChecks { checks { canExecuteIndividually } } }
} } }"""
_MADE = """query($key: AssetKeyInput!) { assetNodeOrError(assetKey: $key) { ... on AssetNode {
  assetMaterializations(limit: 1) { runId }
} } }"""
_BUTTON = "[...document.querySelectorAll('button')].find(b => b.innerText.trim().startsWith('%s') && !b.disabled)"


@pytest.fixture(scope="module")
def service(demo_files: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    """The interface of a home with one return to load, where nothing loads by itself."""
    folder = tmp_path_factory.mktemp("materialiser")
    home = Home(folder / "home")
    with Service(home) as started:
        started.stop_arrivals()
        [given] = demo_files.glob("retours-iscg-2023*")
        home.drop(given)
        yield started


@pytest.fixture(scope="module")
def tab(service: Service, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Tab]:
    with chromium(tmp_path_factory.mktemp("navigateur")) as browser:
        address = Path(service._home.folder / "ui.adresse").read_text(encoding="utf-8").strip()
        opened = browser.open(address)
        opened.wait("document.title.includes('Dagster') && !location.search.includes('jeton')")
        yield opened


def click(tab: Tab, label: str) -> None:
    tab.wait(f"!!{_BUTTON % label}")
    tab.run(f"{_BUTTON % label}.click()")


@pytest.mark.parametrize("key", TABLES, ids="/".join)
def test_the_page_of_an_asset_asks_for_the_whole_load(service: Service, tab: Tab, key: list[str]) -> None:
    before = len(service.runs())
    tab.go(f"{service.page.origin}{service.page.folder}/assets/{'/'.join(key)}")
    click(tab, "Materialize")
    tab.wait("document.body.innerText.includes('Additional assets will be materialized')")
    click(tab, "Confirm")
    wait_until(lambda: len(service.runs()) > before, 60, "no run was asked for")
    wait_until(lambda: service.runs()[0]["status"] in {"SUCCESS", "FAILURE"}, 240, "the run does not end")
    assert service.runs()[0]["status"] == "SUCCESS"
    told = service.page.ask(_MADE, key={"path": key})
    # The first run found something to load, the others nothing new.
    assert [m["runId"] for m in told["assetNodeOrError"]["assetMaterializations"]] == [service.runs()[-1]["runId"]]


@pytest.mark.parametrize("key", [*TABLES[:2], ["raw", "registre"]], ids="/".join)
def test_no_check_is_offered_without_its_load(service: Service, key: list[str]) -> None:
    told = service.page.ask(_CHECKS, key={"path": key})["assetNodeOrError"]["assetChecksOrError"]["checks"]
    assert {check["canExecuteIndividually"] for check in told} == {"REQUIRES_MATERIALIZATION"}
