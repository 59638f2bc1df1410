"""Every number that a page of an edition shows, block by block, and what the edition's tables let it say there.

A number is a period or a date that the tables know, a word of one of their texts, a count of their rows, or a figure of
the indicator (or the file, or the place) that its block is about. Nothing else: there is no list of exceptions.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from html.parser import HTMLParser
from itertools import chain

import pandas as pd

from pipelines.report.edition import Edition
from tests.support.typed import as_typed

# A thousand is parted by a narrow space: it is kept apart from the spaces between words.
_THOUSANDS = re.compile("(?<=\\d)[\u202f ](?=\\d{3}(?!\\d))")
NUMBER = re.compile(r"(?<![\w.,/:-])-?\d+(?:_\d{3})*(?:,\d+)?(?![\w/])")
_MONTHS = ("janvier", "février", "mars", "avril", "mai", "juin", "juillet", "août", "septembre", "octobre", "novembre",
           "décembre")  # fmt: skip
_VOID = {"meta", "link", "br", "hr", "img", "input"}
_BLOCKS = {"p", "li", "td", "th", "caption", "dt", "dd", "figcaption", "h1", "h2", "h3", "h4", "summary", "aside"}
_ANYWHERE = "*"
# How the columns of days begin.
_DAYS = ("date_", "periode_", "echeance", "valide_", "depuis_le", "debut", "fin", "derniere_")


def typed(shown: str) -> str:
    """A shown text as it is typed, with `_` between thousands."""
    return as_typed(_THOUSANDS.sub("_", shown))


@dataclass(eq=False)
class Node:
    """An element of a page."""

    tag: str
    attributes: dict[str, str]
    parent: Node | None = field(repr=False)
    children: list[Node | str] = field(default_factory=list, repr=False)

    def walk(self) -> Iterator[Node]:
        yield self
        for child in self.children:
            if isinstance(child, Node):
                yield from child.walk()

    def find(self, tag: str) -> list[Node]:
        return [node for node in self.walk() if node.tag == tag]

    def above(self, tag: str) -> Node | None:
        node = self.parent
        while node is not None and node.tag != tag:
            node = node.parent
        return node

    @property
    def text(self) -> str:
        """What is read of it; a drawing is told apart."""
        return "".join(c if isinstance(c, str) else "" if c.tag in ("svg", "style", "script") else f" {c.text} "
                       for c in self.children)  # fmt: skip

    def has(self, name: str) -> bool:
        return name in self.attributes.get("class", "").split()


class _Tree(HTMLParser):
    def __init__(self, html: str) -> None:
        super().__init__()
        self.top = self.here = Node("page", {}, None)
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        node = Node(tag, {k: v or "" for k, v in attrs}, self.here)
        self.here.children.append(node)
        if tag not in _VOID:
            self.here = node

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.here.children.append(Node(tag, {k: v or "" for k, v in attrs}, self.here))

    def handle_endtag(self, tag: str) -> None:
        if tag not in _VOID:
            assert self.here.tag == tag, (self.here.tag, tag)
            assert self.here.parent is not None
            self.here = self.here.parent

    def handle_data(self, data: str) -> None:
        self.here.children.append(data)


def tree(html: str) -> Node:
    """A page as elements; an element that is not closed fails."""
    read = _Tree(html)
    assert read.here is read.top
    return read.top


@dataclass(frozen=True)
class Block:
    """A text of a page; `heads` are the heads of its row and of its columns, `about` all that says what it is of."""

    text: str
    heads: tuple[str, ...]
    about: str
    node: Node = field(repr=False)


def blocks(page: Node) -> Iterator[Block]:
    """The texts of a page, seen, heard or drawn: axes apart, whose marks are no figures but a scale."""
    for node in page.walk():
        if label := node.attributes.get("aria-label"):
            yield _block(node, label)
        if node.tag == "text" and node.attributes.get("font-weight") == "bold":
            yield _block(node, node.text)
        if node.tag in _BLOCKS and not any(n.tag in _BLOCKS for n in node.walk() if n is not node):
            yield _block(node, node.text)


def _block(node: Node, text: str) -> Block:
    cell = node if node.tag in ("td", "th") else node.above("td") or node.above("th")
    heads = tuple(_heads(cell)) if cell else ()
    figure = node.above("figure")
    captions = [n.text for n in figure.find("figcaption")] if figure else []
    own = typed(text)
    return Block(own, heads, typed(" | ".join([*heads, *captions, text])), node)


def _heads(cell: Node) -> Iterator[str]:
    """The caption of its table, the head of its row, those of its column."""
    table, row = cell.above("table"), cell.above("tr")
    assert table is not None
    assert row is not None
    captions, heads = _of_table(table)
    yield from captions
    yield from (typed(n.text) for n in row.find("th") if n is not cell)
    place = _columns(row)[id(cell)]
    for head, cells in heads:
        if head is not row:
            yield from (text for text, span in cells if place in span)


@cache
def _of_table(table: Node) -> tuple[list[str], list[tuple[Node, list[tuple[str, range]]]]]:
    """The captions of a table, and the cells of its heads with the columns that each is over."""
    rows = [row for part in table.children if isinstance(part, Node) and part.tag == "thead" for row in part.find("tr")]
    heads, taken = [], set[tuple[int, int]]()
    for line, row in enumerate(rows):
        cells, at = [], 0
        for cell in row.find("th"):
            while (line, at) in taken:
                at += 1
            wide, tall = (int(cell.attributes.get(name, "1")) for name in ("colspan", "rowspan"))
            taken |= {(line + down, at + right) for down in range(tall) for right in range(wide)}
            cells.append((typed(cell.text), range(at, at + wide)))
            at += wide
        heads.append((row, cells))
    return [typed(n.text) for n in table.children if isinstance(n, Node) and n.tag == "caption"], heads


def _columns(row: Node) -> dict[int, int]:
    found, at = {}, 0
    for cell in (c for c in row.children if isinstance(c, Node)):
        found[id(cell)] = at
        at += int(cell.attributes.get("colspan", "1"))
    return found


# How many decimals a column is shown with; two when it is not here.
_DIGITS = {"evolution_pct": (1,), "rupture_part_pct": (1,), "part_accordee_pct": (1,), "part_maximale_pct": (0,),
           "borne_basse": (0, 1), "borne_haute": (0, 1)}  # fmt: skip
# The texts that a page quotes.
_QUOTED = {
    "actions": ("libelle", "pilotes"), "actions_a_mener": ("action_a_mener", "pilotes", "motif"),
    "cibles": ("unite", "texte"), "coherence": ("phrase",), "financements": ("dossier", "verdict"),
    "indicateurs": ("libelle", "unite", "definition", "note", "ruptures", "index_4001", "unites_compte"),
    "manquants": ("phrase", "absence_libelle", "debiteur"),
    "motifs": ("libelle",), "perimetres": ("reserve",), "priorites": ("libelle", "libelle_court"),
    "ruptures": ("libelle", "origine"), "sources": ("libelle", "raison", "regle_statut"),
    "taux": ("unite",), "taux_lieux": ("unite",),
    "comparaisons": ("unite", "taux_unite", "motif"), "territoires": ("libelle",), "lieux": ("libelle",),
    "verdicts": ("cas", "mot"), "correspondances": ("autre_libelle", "autre_unite", "difference"),
    "lieux_nommes": ("raison",), "criteres_voisins": ("unite", "source"), "voisins": ("taux_unite",),
    "ventilations": ("libelle",), "contours": ("origine",), "instances": ("libelle",),
    "dispositifs": ("libelle", "unite"), "dgo": ("enjeu_code", "enjeu", "engagement", "classes_imprimees"),
}  # fmt: skip


def written(value: object, digits: int = 2) -> str:
    """A figure as French readers write it, with `_` between thousands: 1234.50 is « 1_234,5 »."""
    text = f"{float(str(value)):,.{digits}f}".replace(",", "_").replace(".", ",")
    text = text.rstrip("0").rstrip(",") if digits else text
    return "0" if text == "-0" else text


def summed(requests: pd.DataFrame) -> dict[str, float]:
    """What some requests count and sum; a sum of which a term is not known is not in it."""
    sums = {c: requests[c].sum() for c in ("demande_eur", "accorde_eur", "paye_eur") if requests[c].notna().all()}
    return {"n": len(requests), "refuses": int((requests["decision"] == "refusee").sum())} | sums


class Known:
    """What the tables of an edition let a page say. `words` are the texts of the pages' own tables of words."""

    def __init__(self, edition: Edition, words: list[str]) -> None:
        self.edition, self.tables = edition, edition.tables
        self.indicators: dict[str, set[str]] = defaultdict(set)
        for code, label in edition.labels("indicateurs", "indicateur_code").items():
            self.indicators[typed(label)].add(code)
        places = edition.labels("lieux", "territoire_code") | edition.labels("territoires", "territoire_code")
        self.places: dict[str, set[str]] = defaultdict(set, {"France": {"FRA"}})
        for code, label in places.items():
            self.places[typed(label)].add(code)
        for one in self.tables.get("voisins", pd.DataFrame()).to_dict("records"):
            self.places[typed(one["territoire"])].add(one["territoire_code"])
        self._figures: dict[tuple[str, str], set[str]] = defaultdict(set)
        self._read_figures()
        self.dates, self.periods = set(self._dates()), set(self._periods())
        self.quotes = sorted(set(self._quotes(words)), key=len, reverse=True)

    def figures(self, block: Block, subject: str = "", place: frozenset[str] = frozenset()) -> set[str]:
        """The figures of what a block is about: its indicators, at the place that a head names, or its file. `subject`
        is the indicator that the whole page is about, `place` where it is: the département when it says nothing.
        """
        about, found = f"{block.about} | {subject}", set()
        codes: set[str] = set()
        for label in sorted(self.indicators, key=len, reverse=True):
            if label.lower() in about.lower():
                about = re.sub(re.escape(label), "¤", about, flags=re.IGNORECASE)
                codes |= self.indicators[label]
        here = set().union(*(self.places[head] for head in block.heads if head in self.places))
        here = here or set(place) or {self.edition.department}
        if "Taux du département" in block.heads:
            here = {self.edition.department}
        # « Occitanie : 7,08 » beside the figure of the département.
        here |= set().union(*(codes for label, codes in self.places.items() if f"{label} : " in block.text))
        for code in codes:
            for place in here:
                found |= self._figures[code, place]
            found |= self._figures[code, _ANYWHERE]
        for head in block.heads:
            found |= self._figures["", head]
        return found

    def of(self, indicator: str, place: str) -> set[str]:
        return self._figures[indicator, place]

    def _read_figures(self) -> None:
        key = ["indicateur_code", "territoire_code"]
        for name in ("comparaisons", "series", "taux", "taux_lieux", "series_lieux", "revisions", "voisins",
                     "rangs"):  # fmt: skip
            rows = self.tables.get(name)
            if rows is None:
                continue
            numbers = [
                c for c in rows.columns if c not in key and pd.api.types.is_numeric_dtype(rows[c].infer_objects())
            ]
            numbers += [
                c for c in ("valeur", "valeur_precedente", "valeur_avant", "taux") if c in rows and c not in numbers
            ]
            for column in numbers:
                known = rows[rows[column].notna() & ~rows[column].map(lambda v: isinstance(v, bool))]
                for code, place, value in zip(*(known[c] for c in (*key, column)), strict=True):
                    for digits in _DIGITS.get(column, (2,)):
                        self._figures[code, place].add(written(value, digits))
        labels = self.edition.labels("actions", "action_code") | self.edition.labels(
            "actions_a_mener", "action_a_mener_code", "action_a_mener"
        )
        for about in self.tables["indicateurs"].to_dict("records"):
            self._figures[about["indicateur_code"], _ANYWHERE] |= set(NUMBER.findall(str(about["index_4001"])))
        for target in self.tables["cibles"].to_dict("records"):
            if pd.notna(target["valeur"]):
                self._figures[target["objet_code"], _ANYWHERE].add(written(target["valeur"]))
                if target["objet_code"] in labels:
                    self._figures["", typed(labels[target["objet_code"]])].add(written(target["valeur"]))
        for fund in self.tables.get("financements", pd.DataFrame()).to_dict("records"):
            for column, value in fund.items():
                if str(column).endswith(("_eur", "_pct")) and pd.notna(value):
                    for digits in _DIGITS.get(str(column), (2,)):
                        self._figures["", typed(fund["dossier"])].add(written(value, digits))

        for one in self.tables.get("criteres_voisins", pd.DataFrame()).to_dict("records"):
            self._figures["", typed(one["libelle"])].add(written(one["valeur"], 1))
        self._read_steering()

    def _read_steering(self) -> None:
        """The figures of the plan's steering, by the head of their row: meetings, agreements, stakes, funds."""
        none = pd.DataFrame()
        for row in self.tables.get("lieux", none).to_dict("records"):
            self._of_row(row["libelle"], row, ("population",))
        for row in self.tables.get("verdicts", none).to_dict("records"):
            # The example of a case is a figure of its own line.
            self._figures["", typed(row["cas"])] |= set(NUMBER.findall(typed(str(row["exemple"]))))
        for row in self.tables.get("instances", none).to_dict("records"):
            self._of_row(row["libelle"], row, ("reunions_annee", "reunions", "n_trimestres"))
        for row in self.tables.get("dispositifs", none).to_dict("records"):
            self._of_row(row["libelle"], row, ("nombre",))
        for row in self.tables.get("dgo", none).to_dict("records"):
            label = f"{row['enjeu_code']} · {row['enjeu']}"
            for head in (label, f"{label} {row['classes_imprimees']}"):
                self._of_row(head, row, ("n_actions", "n_faites"))
        funds = self.tables.get("financements", none)
        if len(funds):
            year = funds[funds["periode"].str[:4] == str(self.edition.period)[:4]]
            for fund, own in year.groupby("fonds"):
                self._of_row(str(fund), told := summed(own), tuple(told))
            sheets = self.edition.labels("actions", "action_code")
            for action, own in year.groupby("action_code"):
                self._of_row(f"{action} · {sheets[str(action)]}", told := summed(own), tuple(told))
            for priority, own in year.groupby(year["action_code"].str.partition(".")[0]):
                self._of_row(f"Toute la priorité {priority}", told := summed(own), tuple(told))

    def _of_row(self, head: str, row: dict, columns: tuple[str, ...]) -> None:
        self._figures["", typed(head)] |= {written(row[c]) for c in columns if c in row and pd.notna(row[c])}

    def _dates(self) -> Iterator[str]:
        for rows in self.tables.values():
            for column in rows.columns:
                if str(column).startswith(
                    ("date_", "periode_", "echeance", "valide_", "depuis_le", "debut", "fin", "derniere_")
                ):
                    days = pd.to_datetime(rows[column], format="ISO8601", errors="coerce").dropna()
                    yield from (f"{day:%d/%m/%Y}" for day in days.unique())
        for text in _strings(self.edition.manifest):
            if found := re.match(r"(\d{4})-(\d\d)-(\d\d)(?:T(\d\d:\d\d))?", text):
                year, month, day, time = found.groups()
                yield f"{day}/{month}/{year}"
                yield f"{day}/{month}/{year} à {time}"

    def _periods(self) -> Iterator[str]:
        named = ("periode", "depuis", "jusqu_a", "comparable_depuis", "denominateur_millesime", "population_millesime",
                 "annee")  # fmt: skip
        held = chain.from_iterable(
            rows[c].dropna().astype(str).unique() for rows in self.tables.values() for c in named if c in rows
        )
        read = chain(held, (s for s in _strings(self.edition.manifest) if re.fullmatch(r"\d{4}(-T\d|-\d\d)?", s)))
        for period in read:
            yield period
            yield period[:4]
        for start in pd.to_datetime(self.tables["series"]["periode_debut"]).unique():
            yield f"{start:%Y-%m}"
        for end in pd.to_datetime(self.tables["series"]["periode_fin"]).unique():
            yield f"{end:%Y-%m}"

    def _quotes(self, words: list[str]) -> Iterator[str]:
        held = (
            str(text)
            for name, columns in _QUOTED.items()
            for column in columns
            if name in self.tables and column in self.tables[name]
            for text in self.tables[name][column].dropna().unique()
        )
        written = (
            c["texte"] for c in self.edition.manifest.get("commentaires", []) if c["edition"] == self.edition.kind
        )
        lines = (re.sub(r"^\s*[-*]\s|\*\*", "", line) for text in written for line in text.splitlines())
        for text in chain(held, words, lines, _strings(self.edition.manifest)):
            if re.search(r"\d", text) and re.search(r"[^\W\d_]", text):
                yield typed(text).lower()
                # A unit is shortened as the heads of columns are.
                yield typed(text).lower().replace("habitants", "hab.")


def _strings(held: object) -> Iterator[str]:
    if isinstance(held, str):
        yield held
    elif isinstance(held, dict):
        yield from chain.from_iterable(map(_strings, held.values()))
    elif isinstance(held, list):
        yield from chain.from_iterable(map(_strings, held))


_MONTH = "|".join(_MONTHS)
_WHEN = re.compile(
    rf"(?P<q>[1-4])(?:er|e) trimestre (?P<qy>\d{{4}})|T(?P<t>[1-4]) (?P<ty>\d{{4}})|(?P<m>{_MONTH}) (?P<my>\d{{4}})"
    r"|(?P<raw>\d{4}-(?:T[1-4]|\d\d))(?![-\w])|(?P<day>\d\d/\d\d/\d{4}(?: à \d\d:\d\d)?)|(?P<n>\d\d)/(?P<ny>\d{4})"
    r"|(?<![\w,_])(?P<y>(?:19|20)\d\d)(?![\w_]|,\d)"
)


def unread(text: str, known: Known) -> str:
    """A text without the words that the tables hold and the periods that they know."""
    low = text.lower()
    for quote in known.quotes:
        if quote in low:
            low = low.replace(quote, "¤")

    def period(found: re.Match[str]) -> str:
        said = found.groupdict()
        if said["day"]:
            return "¤" if said["day"] in known.dates else found[0]
        named = (
            (said["q"] and f"{said['qy']}-T{said['q']}") or (said["t"] and f"{said['ty']}-T{said['t']}")
            or (said["m"] and f"{said['my']}-{_MONTHS.index(said['m']) + 1:02}") or said["raw"]
            or (said["n"] and f"{said['ny']}-{said['n']}") or said["y"]
        )  # fmt: skip
        return "¤" if str(named).upper() in known.periods else found[0]

    return re.sub(_WHEN.pattern, period, low, flags=re.IGNORECASE)
