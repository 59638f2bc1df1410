"""Every number of the observatory is a figure of the snapshot's tables, a count of their rows, a period or a word."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from pipelines.report.edition import read_edition
from tests.conftest import Home
from tests.integration.conftest import EDITIONS, LATER
from tests.support.chromium import Chromium, chromium
from tests.support.page_counts import Read, strange, words
from tests.support.page_numbers import Known, tree
from tests.support.site_pages import opened

pytestmark = pytest.mark.xdist_group("cliches")
# Pages that scripts fill, and one that they complete.
FILLED = ("index.html", "indicateur.html#indicateur=ACCIDENTS&lieu=DEP-46", "lieu.html#lieu=COM-46042",
          "indicateur.html#indicateur=CAMBRIOLAGES_4001&lieu=DEP-46&periode=2023-T4")  # fmt: skip


@pytest.fixture(scope="module")
def known(given: Home) -> dict[str, Known]:
    snapshot = given.folder / "snapshots" / LATER
    return {edition: Known(read_edition(snapshot, edition), list(words())) for edition in EDITIONS}


@pytest.fixture(scope="module")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Chromium]:
    with chromium(tmp_path_factory.mktemp("profil")) as found:
        yield found


@pytest.mark.parametrize("edition", EDITIONS)
def test_every_number_of_a_written_page_is_in_the_tables(
    known: dict[str, Known], sites: dict[str, Path], edition: str
) -> None:
    looked_at = 0
    for file in sorted(sites[edition].glob("*.html")):
        seen, found = strange(Read(tree(file.read_text(encoding="utf-8")), known[edition]))
        assert found == [], file.name
        looked_at += seen
    assert looked_at > 800


@pytest.mark.parametrize("edition", EDITIONS)
def test_every_number_of_a_page_that_is_filled_is_in_the_tables(
    known: dict[str, Known], sites: dict[str, Path], browser: Chromium, edition: str
) -> None:
    for page in FILLED:
        tab, _ = opened(browser, sites[edition], page)
        html = str(tab.run("document.documentElement.outerHTML"))
        tab.close()
        seen, found = strange(Read(tree(html), known[edition]))
        assert found == [], page
        assert seen > 30, page
        # It can fail: a figure more, and it does.
        wrong = re.sub(r'(<td class="n" data-v="[^"]*"[^>]*>)\d', r"\g<1>9876543", html, count=1)
        assert wrong != html
        assert any(n.startswith("9876543") for n, _ in strange(Read(tree(wrong), known[edition]))[1]), page
