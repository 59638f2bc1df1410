"""Every number on the page of an edition is a figure of its tables, a count of their rows, a period or a word."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import cached_property

import pandas as pd
import pytest

from pipelines.report.edition import read_edition
from pipelines.settings.model import PROJECT
from pipelines.settings.tables import read_rows
from tests.conftest import Home
from tests.integration.conftest import QUARTER
from tests.support.page_numbers import NUMBER, Block, Known, Node, blocks, tree, typed, unread, written

pytestmark = pytest.mark.xdist_group("cliches")
SNAPSHOTS = (QUARTER, "2023-T4")
EDITIONS = ("publique", "restreinte")
# The tables of words of the pages: sentences that are the same in every edition.
_WORDS = ("methods.csv", "limits.csv", "glossary.csv", "accessibility.csv")
_N = r"-?\d+(?:_\d{3})*(?:,\d+)?"


@dataclass(frozen=True)
class Read:
    """A page, and what the tables beside it hold."""

    page: Node = field(repr=False)
    known: Known = field(repr=False)

    @cached_property
    def blocks(self) -> list[Block]:
        return list(blocks(self.page))

    @cached_property
    def notes(self) -> dict[str, str]:
        """The notes under the head indicators, by number."""
        [page_one] = [n for n in self.page.walk() if n.attributes.get("id") == "essentiel"]
        said = " ".join(typed(p.text) for p in page_one.find("p"))
        return dict(re.findall(r"\((\d)\) ([^()]+)", said))

    def table(self, name: str) -> pd.DataFrame:
        return self.known.tables[name]

    @property
    def department(self) -> str:
        return self.known.edition.department


@pytest.fixture(scope="module", params=[(name, edition) for name in SNAPSHOTS for edition in EDITIONS], ids="-".join)
def read(request: pytest.FixtureRequest, given: Home) -> Read:
    name, kind = request.param
    folder = given.folder / "snapshots" / name
    html = (folder / kind / "rapport.html").read_text(encoding="utf-8")
    return Read(tree(html), Known(read_edition(folder, kind), list(_words())))


def _words() -> Iterator[str]:
    for name in _WORDS:
        for row in read_rows(PROJECT / "pipelines" / "report" / name):
            yield from row.values()


def strange(read: Read) -> tuple[int, list[tuple[str, str]]]:
    """How many numbers were looked for, and those that the tables do not explain, each with the text around it."""
    seen, found = 0, []
    for block in read.blocks:
        if in_classes(block):
            continue  # counted again below
        text = re.sub(r"\((\d)\)", lambda m: "¤" if m[1] in read.notes else m[0], counted(read, block))
        explained = read.known.figures(block) | _of_notes(read, block)
        for number in NUMBER.findall(unread(text, read.known)):
            seen += 1
            if number not in explained:
                found.append((number, block.text))
    return seen, found


def test_every_number_of_the_page_is_in_the_tables(read: Read) -> None:
    seen, found = strange(read)
    assert seen > 500
    assert found == []


_PLACES = ('data-l="Valeur">', 'class="grand">', "intervalle de ", 'class="derniers">.*?<td class="n">')


@pytest.mark.parametrize("place", _PLACES)
def test_a_number_that_the_tables_have_not_is_found(read: Read, given: Home, place: str) -> None:
    """The test above can fail: one figure more, wherever figures are, and it does."""
    edition = read.known.edition
    html = (given.folder / "snapshots" / edition.manifest["cliche"] / edition.kind / "rapport.html").read_text("utf-8")
    wrong = re.sub(rf"({place})\d", r"\g<1>9876543", html, count=1, flags=re.DOTALL)
    assert wrong != html
    assert any(number.startswith("9876543") for number, _ in strange(Read(tree(wrong), read.known))[1])


def _of_notes(read: Read, block: Block) -> set[str]:
    """The figures of the neighbour that a note says the rate is of."""
    row = block.node.above("tr")
    numbers = re.findall(r"\((\d)\)", typed(row.text)) if row else []
    found: set[str] = set()
    for number in numbers:
        if text := read.notes.get(number):
            found |= read.known.figures(Block("", block.heads, text, block.node))
    return found


def counted(read: Read, block: Block) -> str:
    """A text without the counts that it says, each made again from the tables."""
    text = block.text
    for pattern, count in _COUNTS:
        for found in re.finditer(pattern, text):
            wanted = count(read, block, found)
            assert [g for g in found.groups() if g is not None] == [written(n, 0) for n in wanted], found[0]
        text = re.sub(pattern, "¤", text)
    return text


def _statuses(read: Read, code: str) -> int:
    return int((read.table("comparaisons")["statut"] == code).sum())


def _provisional(read: Read, _: Block, __: re.Match[str]) -> list[int]:
    return [_statuses(read, "P"), len(read.table("comparaisons"))]


def _section(block: Block) -> str:
    node: Node | None = block.node
    while node is not None and not (node.tag == "section" and re.fullmatch(r"P\d", node.attributes.get("id", ""))):
        node = node.parent
    assert node is not None, block.text
    return node.attributes["id"]


def _followed(read: Read, block: Block, _: re.Match[str]) -> list[int]:
    ties, end = read.table("rattachements"), pd.Timestamp(read.known.edition.period.end)
    own = ties[(ties["priorite_code"] == _section(block)) & (ties["nature"] == "suivi")]
    own = own[own["valide_a"].isna() | (pd.to_datetime(own["valide_a"]) >= end)]
    pairs = own.drop_duplicates(["rattachement_code", "indicateur_code"])
    rows = read.table("comparaisons")
    rows = rows[(rows["territoire_code"] == read.department) & rows["valeur"].notna()]
    known = set(rows.loc[rows["periode_type"].isin([read.known.edition.period.kind, "annee"]), "indicateur_code"])
    secret = read.table("comparaisons")
    secret = secret[
        (secret["territoire_code"] == read.department)
        & (secret["periode_type"] == read.known.edition.period.kind)
        & (secret["confidentialite"] != "F")
    ]
    # What is withheld of the quarter is not told by its year.
    known -= set(secret["indicateur_code"])
    return [len(known & set(pairs["indicateur_code"])), len(pairs)]


def _steps(read: Read, block: Block, found: re.Match[str]) -> list[int]:
    rows = read.table("actions_a_mener")
    rows = rows[rows["action_code"].str.startswith(f"{_section(block)}.")].sort_values("periode_fin")
    last = rows.drop_duplicates("action_a_mener_code", keep="last")
    late = last["retard"].notna()
    assert not (late & last["etat"].isin(["fait", "abandonne"])).any()
    counts = [int((last["etat"] == "fait").sum()), int((last["etat"] == "en_cours").sum()), len(last)]
    return [*counts, int(late.sum())] if found[4] else counts


def _told(read: Read, codes: set[str]) -> pd.DataFrame:
    """The comparison that tells each of these indicators: of the quarter, or of the year when it has none."""
    rows = read.table("comparaisons")
    rows = rows[(rows["territoire_code"] == read.department) & rows["indicateur_code"].isin(codes)]
    kind = read.known.edition.period.kind
    own = rows[(rows["periode_type"] == kind) & (rows["valeur"].notna() | (rows["confidentialite"] != "F"))]
    year = rows[(rows["periode_type"] == "annee") & ~rows["indicateur_code"].isin(own["indicateur_code"])]
    return pd.concat([own, year])


def _heads(read: Read) -> pd.DataFrame:
    """What page one tells: the indicators that are judged, and those that the plan puts first."""
    ties = read.table("rattachements")
    judged = read.table("indicateurs_tete")["indicateur_code"]
    return _told(read, {*judged, *ties.loc[ties["en_tete"], "indicateur_code"]})


def _situation(read: Read) -> pd.DataFrame:
    ties = read.table("rattachements")
    return _told(read, set(ties.loc[ties["nature"] != "suivi", "indicateur_code"]))


def _not_established(read: Read, _: Block, __: re.Match[str]) -> list[int]:
    rows = _heads(read)
    told = rows[(rows["confidentialite"] == "F") & rows["valeur"].notna() & rows["comparaison_motif"].isna()]
    return [int(told["verdict"].isin(["non_etablie", "exploration"]).sum()), len(rows)]


def _all_heads(read: Read, *_: object) -> list[int]:
    return [len(_heads(read))]


# How a sentence of several begins → the rows that it is of.
_OF: dict[str, Callable[[pd.DataFrame], pd.Series]] = {
    "Niveau inhabituellement élevé": lambda r: (r["signal"] == "haut") & r["valeur"].notna(),
    "Niveau inhabituellement bas": lambda r: (r["signal"] == "bas") & r["valeur"].notna(),
    "Hausse établie": lambda r: r["verdict"] == "hausse",
    "Baisse établie": lambda r: r["verdict"] == "baisse",
    "Pas de valeur": lambda r: r["valeur"].isna() & (r["confidentialite"] == "F"),
    "Nombres non publiés": lambda r: r["confidentialite"] != "F",
    "Pas de comparaison avec un an avant, la façon": lambda r: _without(r) & (r["comparaison_motif"] == _BREAK),
    "Pas de comparaison avec un an avant :": lambda r: _without(r) & (r["comparaison_motif"] != _BREAK),
}
_BREAK, _NAMED = "rupture_de_serie", 3


def _without(rows: pd.DataFrame) -> pd.Series:
    return rows["comparaison_motif"].notna() & rows["valeur"].notna() & (rows["confidentialite"] == "F")


def _others(read: Read, block: Block, _: re.Match[str]) -> list[int]:
    """How many more than those that a sentence names."""
    if block.text.startswith("Écarts à explorer"):
        return [int((_situation(read)["verdict"] == "a_explorer").sum()) - _NAMED]
    [of] = [of for start, of in _OF.items() if block.text.startswith(start)]
    return [int(of(_heads(read)).sum()) - _NAMED]


def _map(read: Read) -> tuple[str, pd.DataFrame]:
    """What the map of page one is of: its caption, and the rates of its communes."""
    [figure] = [n for n in read.page.find("figure") if n.has("carte")]
    title = typed(figure.find("figcaption")[0].text)
    year = title.rsplit(", ", 1)[1].strip()
    [label] = [label for label in read.known.indicators if title.startswith(f"{label}, ")]
    rates = read.table("taux_lieux")
    rates = rates[rates["indicateur_code"].isin(read.known.indicators[label]) & (rates["periode"] == year)]
    return title, rates[rates["territoire_code"].str.startswith("COM-")]


def _mapped(read: Read, *_: object) -> list[int]:
    return [int(_map(read)[1]["taux"].notna().sum())]


_SHOWN = {"mois": 13, "trimestre": 12, "annee": 10}


def _points(read: Read, block: Block, _: re.Match[str]) -> list[int]:
    """The points of a chart: the last ones, up to the period that the sentence ends with or that follows it."""
    label, kind = block.text.partition(", ")[0], "trimestre" if "-T" in block.text else "annee"
    rows = read.table("series")
    for code in sorted(read.known.indicators[label]):
        own = rows[(rows["indicateur_code"] == code) & (rows["territoire_code"] == read.department)]
        own = own[(own["ventilation_type"] == "total") & (own["periode_type"] == kind)].sort_values("periode_debut")
        shown = own.tail(_SHOWN[kind])
        ends = re.search(rf"de (\S+) \(({_N})\) à (\S+) \(({_N})\)", block.text)
        known = shown[shown["valeur"].notna()]
        if ends and len(known) and (known.iloc[0]["periode"], known.iloc[-1]["periode"]) == (ends[1], ends[3]):
            assert [written(known.iloc[i]["valeur"]) for i in (0, -1)] == [ends[2], ends[4]]
            return [len(known), len(shown)]
    raise AssertionError(block.text)


def _control(read: Read, _: Block, found: re.Match[str]) -> list[int]:
    severity, outcome = found[0].split(" ", 1)
    named = outcome.rsplit(" ", 1)[0].replace("écart", "ecart").replace(" ", "_")
    return [read.known.edition.manifest["controles"][f"{severity} {named}"]]


def in_classes(block: Block) -> bool:
    """Tell whether a block is a line of the table of the classes of the map."""
    table = block.node.above("table")
    return table is not None and table.has("classes") and block.node.above("tbody") is not None


def test_each_class_of_the_map_holds_the_communes_that_it_says(read: Read) -> None:
    """The bounds are a scale; how many rates lie between them is counted again."""
    [classes] = [n for n in read.page.find("table") if n.has("classes")]
    _, rates = _map(read)
    known = rates["taux"].dropna().astype(float)
    why = rates.loc[rates["taux"].isna(), "motif_code"]
    lines = [[typed(c.text) for c in row.find("th") + row.find("td")] for row in classes.find("tbody")[0].find("tr")]
    zero = ["0"] in [line[:1] for line in lines]
    for label, count in lines:
        if bounds := re.fullmatch(rf"de ({_N}) à (moins de )?({_N})", label):
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


Count = Callable[[Read, Block, "re.Match[str]"], list[int]]
_COUNTS: tuple[tuple[str, Count], ...] = (
    (rf"({_N}) valeurs? sur ({_N}) peu(?:t|vent) encore changer", _provisional),
    (rf"({_N}) valeurs de la période sont provisoires", lambda r, *_: [_statuses(r, "P")]),
    (rf"({_N}) valeurs de la période manquent", lambda r, *_: [_statuses(r, "M")]),
    (rf"({_N}) indicateurs? renseignés? sur ({_N})", _followed),
    (rf"({_N}) faites?, ({_N}) en cours, sur ({_N})(?:, ({_N}) en retard)?", _steps),
    (rf"pour ({_N}) indicateurs sur les ({_N}) ci-dessous", _not_established),
    (rf"aucun des ({_N}) indicateurs ci-dessous", _all_heads),
    (rf"et ({_N}) autres?", _others),
    (rf"({_N}) communes? (?:a|ont) un taux", _mapped),
    (rf"({_N}) périodes connues sur ({_N})", _points),
    (rf"(?:avertissement|bloquant|information) [a-zé ]+ ({_N})", _control),
)
