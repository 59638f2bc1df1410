"""What a page of an edition says that is no figure of its tables but a count of their rows, each made again here."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import cached_property

import pandas as pd

from pipelines.settings.model import PROJECT
from pipelines.settings.tables import read_rows
from tests.support.page_numbers import NUMBER, Block, Known, Node, blocks, summed, typed, unread, written

# The tables of words of the pages: sentences that are the same in every edition.
_WORDS = ("methods.csv", "limits.csv", "glossary.csv", "accessibility.csv")
N = r"-?\d+(?:_\d{3})*(?:,\d+)?"


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

    @cached_property
    def _named(self) -> dict[str, str]:
        """The texts of the elements that have a name."""
        return {n.attributes["id"]: typed(n.text).strip() for n in self.page.walk() if "id" in n.attributes}

    @cached_property
    def subject(self) -> str:
        """The indicator that a page of the observatory is about; empty for a page of several."""
        return self._named["titre"] if "valeur-ou" in self._named else ""

    @cached_property
    def at(self) -> str:
        """The place that a page of the observatory is about; empty for a page of several."""
        if "valeur-ou" in self._named:
            return self._named["valeur-ou"].rpartition(", ")[0]
        return self._named["titre"] if "connu" in self._named else ""

    @cached_property
    def place(self) -> frozenset[str]:
        return frozenset(self.known.places.get(self.at, ()))

    def figures(self, block: Block) -> set[str]:
        drawn = block.node
        while drawn.parent is not None and drawn.attributes.get("id") != "courbe":
            drawn = drawn.parent
        # A drawing is of the series that its title names.
        subject = self._named["courbe-titre"] if drawn.parent is not None else self.subject
        return self.known.figures(block, subject, self.place) | self.known.of("", self.at)

    def table(self, name: str) -> pd.DataFrame:
        return self.known.tables[name]

    @property
    def department(self) -> str:
        return self.known.edition.department


def words() -> Iterator[str]:
    for name in _WORDS:
        for row in read_rows(PROJECT / "pipelines" / "report" / name):
            yield from row.values()
    # Those of the observatory hold a place for what is told.
    for row in read_rows(PROJECT / "pipelines" / "site" / "words.csv"):
        yield from re.split(r"\{\w+\}", row["texte"])


def strange(read: Read) -> tuple[int, list[tuple[str, str]]]:
    """How many numbers were looked for, and those that the tables do not explain, each with the text around it."""
    seen, found = 0, []
    for block in read.blocks:
        if in_classes(block) or in_its_class(block):
            continue  # counted again, or judged
        text = re.sub(r"\((\d)\)", lambda m: "¤" if m[1] in read.notes else m[0], counted(read, block))
        explained = read.figures(block) | _of_notes(read, block)
        for number in NUMBER.findall(unread(text, read.known)):
            seen += 1
            if number not in explained:
                found.append((number, block.text))
    return seen, found


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
    if node is not None:
        return node.attributes["id"]
    # A page of the observatory is of one priority.
    [title] = _top(block.node).find("h1")
    found = re.match(r"\s*(P\d) ·", typed(title.text))
    assert found is not None, block.text
    return found[1]


def _top(node: Node) -> Node:
    while node.parent is not None:
        node = node.parent
    return node


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


def _money(read: Read, block: Block, found: re.Match[str]) -> list[int]:
    """The requests of the year and their sums, for the action or the priority that the sentence names."""
    code = re.findall(r"\bP\d(?:\.A\d+)?\b", block.text)[0]
    rows = _requests(read)
    told = summed(rows[(rows["action_code"] == code) | rows["action_code"].str.startswith(f"{code}.")])
    names = ["n", *(["refuses"] if found[2] else []), "demande_eur", "accorde_eur", "paye_eur"]
    return [int(told[name]) for name in names if name in told]


def _of_sheet(read: Read, block: Block, _: re.Match[str]) -> list[int]:
    """How many lines the table under a sentence has: the actions to take of a sheet, or its requests of the year."""
    section = block.node.above("section")
    assert section is not None
    code = section.attributes["aria-labelledby"].removeprefix("a-")
    if "à mener" in block.text:
        rows = read.table("actions_a_mener")
        return [rows.loc[rows["action_code"] == code, "action_a_mener_code"].nunique()]
    return [int((_requests(read)["action_code"] == code).sum())]


def _requests(read: Read) -> pd.DataFrame:
    rows = read.table("financements")
    return rows[rows["periode"].str[:4] == str(read.known.edition.period)[:4]]


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


def mapped_rates(read: Read) -> tuple[str, pd.DataFrame]:
    """What the map of page one is of: its caption, and the rates of its communes."""
    [figure] = [n for n in read.page.find("figure") if n.has("carte")]
    title = typed(figure.find("figcaption")[0].text)
    year = title.rsplit(", ", 1)[1].strip()
    [label] = [label for label in read.known.indicators if title.startswith(f"{label}, ")]
    rates = read.table("taux_lieux")
    rates = rates[rates["indicateur_code"].isin(read.known.indicators[label]) & (rates["periode"] == year)]
    return title, rates[rates["territoire_code"].str.startswith("COM-")]


def _mapped(read: Read, *_: object) -> list[int]:
    return [int(mapped_rates(read)[1]["taux"].notna().sum())]


_SHOWN = {"mois": 13, "trimestre": 12, "annee": 10}


_KINDS = (("trimestre", r"trimestre \d{4}"), ("annee", r"de \d{4} \("), ("mois", ""))


def _whole(read: Read, text: str) -> list[int]:
    """The points of the whole series of a page of the observatory, of the kind that the sentence names."""
    kind = next(kind for kind, pattern in _KINDS if re.search(pattern, text))
    both = pd.concat([read.table("series"), read.table("series_lieux")])
    own = both[
        both["indicateur_code"].isin(read.known.indicators[read.subject]) & both["territoire_code"].isin(read.place)
    ]
    own = own[(own["ventilation_type"] == "total") & (own["periode_type"] == kind)].drop_duplicates("periode")
    known = own[own["valeur"].notna()].sort_values("periode_debut")
    ends = re.findall(rf"\(({N})\)", text)
    assert ends == [written(known.iloc[i]["valeur"]) for i in (0, -1)], text
    return [len(known), len(own)]


def _rates_known(read: Read, block: Block, _: re.Match[str]) -> list[int]:
    """The rates that a map of the observatory shows, among the places of its level."""
    title, _, year = block.text.partition(" : ")[0].rpartition(", ")
    label = next(label for label in sorted(read.known.indicators, key=len, reverse=True) if title.startswith(label))
    table = block.node.parent
    while table is not None and not table.find("tbody"):
        table = table.parent
    assert table is not None
    shown = [n for n in table.find("table") if any(typed(c.text).startswith(title) for c in n.find("caption"))][-1]
    places = {typed(th.text).strip() for th in shown.find("tbody")[0].find("th")}
    codes = {code for place in places for code in read.known.places.get(place, ())}
    rates = pd.concat([read.table("taux"), read.table("taux_lieux")])
    rates = rates[rates["indicateur_code"].isin(read.known.indicators[label]) & (rates["periode"] == year)]
    held = rates[rates["territoire_code"].isin(codes) & rates["taux"].notna()]["territoire_code"].nunique()
    return [held, len(shown.find("tbody")[0].find("tr"))]


def _points(read: Read, block: Block, _: re.Match[str]) -> list[int]:
    """The points of a chart: the last ones, up to the period that the sentence ends with or that follows it."""
    if read.subject:
        return _whole(read, block.text)
    label = block.text.partition(", ")[0]
    kind = "trimestre" if "-T" in block.text else "mois" if re.search(r"\d{4}-\d\d", block.text) else "annee"
    rows = read.table("series")
    for code in sorted(read.known.indicators[label]):
        own = rows[(rows["indicateur_code"] == code) & (rows["territoire_code"] == read.department)]
        own = own[(own["ventilation_type"] == "total") & (own["periode_type"] == kind)].sort_values("periode_debut")
        shown = own.tail(_SHOWN[kind])
        ends = re.search(rf"de (\S+) \(({N})\) à (\S+) \(({N})\)", block.text)
        known = shown[shown["valeur"].notna()]
        if ends and len(known) and (known.iloc[0]["periode"], known.iloc[-1]["periode"]) == (ends[1], ends[3]):
            assert [written(known.iloc[i]["valeur"]) for i in (0, -1)] == [ends[2], ends[4]]
            return [len(known), len(shown)]
    raise AssertionError(block.text)


def _control(read: Read, _: Block, __: re.Match[str]) -> list[int]:
    """Of the checks of the warehouse, by their lines: those that held, what is off, what had nothing to judge."""
    lines = read.table("controles")
    outcome, severity = lines["resultat"], lines["severite"]
    off = outcome == "ecart"
    counts = [
        outcome == "conforme", off & (severity == "avertissement"), off & (severity == "information"),
        outcome == "ecart_connu", outcome == "sans_objet",
    ]  # fmt: skip
    assert sum(map(sum, counts)) == len(lines)
    return [n for n in map(int, map(sum, counts)) if n]


def in_classes(block: Block) -> bool:
    """Tell whether a block is a line of the table of the classes of the map."""
    table = block.node.above("table")
    return table is not None and table.has("classes") and block.node.above("tbody") is not None


def in_its_class(block: Block) -> bool:
    """Tell whether a block is the class of a place on a map of the observatory, whose rate is in it indeed: its bounds
    are a scale.
    """
    bounds = re.fullmatch(rf"\s*(?:de ({N}) à (moins de )?({N})|0)\s*", block.text)
    row = block.node.above("tr")
    if bounds is None or row is None or not any(head.startswith("Classe de la carte") for head in block.heads):
        return False
    rate = float(next(n.attributes["data-v"] for n in row.find("td") if "data-v" in n.attributes))
    if bounds[1] is None:
        return rate == 0
    low, high = (float(bounds[n].replace("_", "").replace(",", ".")) for n in (1, 3))
    return low <= rate and (rate < high if bounds[2] else rate <= high)


Count = Callable[[Read, Block, "re.Match[str]"], list[int]]
_COUNTS: tuple[tuple[str, Count], ...] = (
    (rf"({N}) valeurs? sur ({N}) peu(?:t|vent) encore changer", _provisional),
    (rf"({N}) valeurs de la période sont provisoires", lambda r, *_: [_statuses(r, "P")]),
    (rf"({N}) valeurs de la période manquent", lambda r, *_: [_statuses(r, "M")]),
    (rf"({N}) indicateurs? renseignés? sur ({N})", _followed),
    (rf"({N}) faites?, ({N}) en cours, sur ({N})(?:, ({N}) en retard)?", _steps),
    (rf"pour ({N}) indicateurs sur les ({N}) ci-dessous", _not_established),
    (rf"aucun des ({N}) indicateurs ci-dessous", _all_heads),
    (rf"et ({N}) autres?", _others),
    (rf"({N}) communes? (?:a|ont) un taux", _mapped),
    (
        rf"({N}) dossiers?(?:, dont ({N}) refusés?)? ; demandé (?:non connu|({N}) €) ; accordé (?:non connu|({N}) €)"
        rf" ; payé (?:non connu|({N}) €)",
        _money,
    ),
    (rf"^({N}) actions? à mener$", _of_sheet),
    (rf"^({N}) dossiers? de subvention de l'année$", _of_sheet),
    (rf"({N}) taux connus sur ({N})", _rates_known),
    (rf"({N}) périodes connues sur ({N})", _points),
    (
        rf"Contrôles de l'entrepôt : ({N}) conformes(?:, ({N}) avertissements?)?(?:, ({N}) informations?)?"
        rf"(?:, ({N}) écarts? connus? et admis)?(?:, ({N}) sans objet)?",
        _control,
    ),
)
