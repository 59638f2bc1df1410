"""Every number on a page of an edition is a figure of its tables, a count of their rows, a period or a word.

The month, the bilan of a year and the texts that people write are read as the quarters are.
"""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest

from pipelines.report.edition import read_edition
from tests.conftest import Home
from tests.integration.conftest import QUARTER
from tests.support.page_counts import N, Read, mapped_rates, strange, words
from tests.support.page_numbers import Known, tree, typed, written

pytestmark = pytest.mark.xdist_group("cliches")
EDITIONS = ("publique", "restreinte")
SNAPSHOTS = [(name, edition) for name in (QUARTER, "2023-T4") for edition in EDITIONS]
# These give snapshots of their own.
OTHERS = [("2023", "publique"), ("2023", "restreinte"), ("2023-12", "restreinte")]
# What is written beside the figures: numbers of its own, in a list, in bold.
TEXT = "Le comité en attend **17** de plus.\n\n- 3 à Cahors ;\n- 14 ailleurs, dont 2 en 2031.\n"


@pytest.fixture(scope="module")
def others(given: Home, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The snapshots of a year and of a month, with a text of a priority, of an action and of a topic in each."""
    home = Home(tmp_path_factory.mktemp("autres") / "home")
    shutil.copytree(given.folder, home.folder, dirs_exist_ok=True)
    text = home.folder / "texte.md"
    text.write_text(TEXT, encoding="utf-8")
    for name, edition in OTHERS:
        for subject in ("P3", "P3.A1", "reussites"):
            done = home.run("comment", name, subject, str(text), "--edition", edition, "--auteur", "le cabinet")
            assert done.returncode == 0, done.stderr
    for name in dict.fromkeys(name for name, _ in OTHERS):
        done = home.run("edition" if "-" in name else "bilan", name)
        assert done.returncode == 0, done.stderr
    return home.folder / "snapshots"


def _read(snapshots: Path, name: str, kind: str) -> Read:
    html = (snapshots / name / kind / "rapport.html").read_text(encoding="utf-8")
    return Read(tree(html), Known(read_edition(snapshots / name, kind), list(words())))


@pytest.fixture(scope="module", params=SNAPSHOTS, ids="-".join)
def read(request: pytest.FixtureRequest, given: Home) -> Read:
    return _read(given.folder / "snapshots", *request.param)


@pytest.mark.long
@pytest.mark.parametrize(("name", "kind"), OTHERS)
def test_every_number_of_a_year_of_a_month_and_of_a_text_is_known(others: Path, name: str, kind: str) -> None:
    page = _read(others, name, kind)
    seen, found = strange(page)
    assert seen > 300
    assert found == []
    assert "Commentaire de P3.A1" in page.page.text
    # A number of a text is known as the text's own, and nowhere else.
    html = (others / name / kind / "rapport.html").read_text(encoding="utf-8")
    wrong = html.replace("14 ailleurs", "15 ailleurs")
    assert wrong != html
    assert [number for number, _ in strange(Read(tree(wrong), page.known))[1]] != []


def test_every_number_of_the_page_is_in_the_tables(read: Read) -> None:
    seen, found = strange(read)
    assert seen > 500
    assert found == []


_PLACES = ('data-l="Valeur">', 'class="grand">', "intervalle de ", 'class="derniers">.*?<td class="n">')


def test_a_number_that_the_tables_have_not_is_found(read: Read, given: Home) -> None:
    """The test above can fail: one figure more in each place where figures are, and each is named."""
    edition = read.known.edition
    html = (given.folder / "snapshots" / edition.manifest["cliche"] / edition.kind / "rapport.html").read_text("utf-8")
    invented = [f"987654{n}" for n in range(len(_PLACES))]
    for place, number in zip(_PLACES, invented, strict=True):
        wrong = re.sub(rf"({place})\d", rf"\g<1>{number}", html, count=1, flags=re.DOTALL)
        assert wrong != html
        html = wrong
    found = {number[:7] for number, _ in strange(Read(tree(html), read.known))[1]}
    assert set(invented) <= found


def test_each_class_of_the_map_holds_the_communes_that_it_says(read: Read) -> None:
    """The bounds are a scale; how many rates lie between them is counted again."""
    [classes] = [n for n in read.page.find("table") if n.has("classes")]
    _, rates = mapped_rates(read)
    known = rates["taux"].dropna().astype(float)
    why = rates.loc[rates["taux"].isna(), "motif_code"]
    lines = [[typed(c.text) for c in row.find("th") + row.find("td")] for row in classes.find("tbody")[0].find("tr")]
    zero = ["0"] in [line[:1] for line in lines]
    for label, count in lines:
        if bounds := re.fullmatch(rf"de ({N}) à (moins de )?({N})", label):
            low, high = (float(bounds[n].replace("_", "").replace(",", ".")) for n in (1, 3))
            within = (known >= low) & ((known < high) if bounds[2] else (known <= high)) & ~((known == 0) & zero)
            wanted = int(within.sum())
        else:
            wanted = {
                "0": int((known == 0).sum()),
                "donnée manquante": int((why != "secret_statistique").sum()),
                "non publié (secret statistique)": int((why == "secret_statistique").sum()),
                "sans territoire": len(set(read.table("contours")["territoire_code"]) - set(rates["territoire_code"])),
            }[label]
        assert count == written(wanted, 0), label
    assert sum(int(count.replace("_", "")) for _, count in lines) >= len(rates)
    assert len(lines) >= 3
