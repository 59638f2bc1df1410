"""The département among its statistical neighbours: rates side by side, its rank with its interval, a funnel plot."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from functools import cached_property

import pandas as pd
from markupsafe import Markup

from pipelines.report import wording
from pipelines.report.edition import Edition
from pipelines.report.funnel import Dot, Funnel, draw, funnel
from pipelines.report.wording import absent
from pipelines.snapshots.neighbours import CRITERIA, NEIGHBOUR, RANKS, VALUES

OWN, REGION, FRANCE = "departement", "region_hors", "france_hors"
_SIZES = {"logements": "logements"}
_PEOPLE = "habitants"


@dataclass(frozen=True)
class Member:
    """One of those that are compared; `why` it has no rate."""

    role: str
    code: str
    name: str
    rate: str
    count: str
    size: str
    why: str
    row: dict = field(repr=False)


@dataclass(frozen=True)
class Ranking:
    """One indicator, one year. `rank` and `interval` are words; without a rank, `why` says the reason."""

    code: str
    label: str
    year: str
    unit: str
    source: str
    reserve: str
    census: str
    rank: str
    interval: str
    why: str
    neighbours: str
    members: list[Member] = field(repr=False)

    def of(self, role: str) -> Member | None:
        """Return the département, its région without it or France without it."""
        return next((m for m in self.members if m.role == role), None)

    def rate(self, role: str) -> str:
        member = self.of(role)
        return member.rate if member else "—"

    @property
    def compared(self) -> list[Member]:
        """List the département and its neighbours, the highest rate first."""
        own = [m for m in self.members if m.role in (OWN, NEIGHBOUR)]
        return sorted(own, key=lambda m: (absent(m.row["taux"]), -(m.row["taux"] or 0), m.code))

    @property
    def sized_by(self) -> str:
        """Name what the rates are divided by."""
        return _SIZES.get(str(self.members[0].row["denominateur"]), _PEOPLE)

    @cached_property
    def funnel(self) -> Funnel | None:
        """Compute the funnel of those that have a rate, around that of the neighbours together; none without a rank."""
        near = [m for m in self.members if m.role == NEIGHBOUR]
        own = self.of(OWN)
        if not self.rank or own is None or not near:
            return None
        per, years = float(own.row["facteur"]), int(own.row["annees"])
        centre = per * sum(m.row["valeur"] for m in near) / (years * sum(m.row["denominateur_valeur"] for m in near))
        dots = [_dot(m, own=m.role == OWN) for m in (*near, own)]
        return funnel(dots, centre, per, years)

    @property
    def drawing(self) -> Markup:
        return draw(self.funnel, self.sized_by) if self.funnel else Markup("")

    @property
    def spoken(self) -> str:
        """Tell the drawing in a sentence."""
        own = self.of(OWN)
        name = own.name if own else ""
        return (
            f"{self.label}, {self.unit}, en {self.year} : {name} {self.rate(OWN)}, ses voisins ensemble "
            f"{self.neighbours} ; {name} est au rang {self.rank}, {self.interval}."
        )


@dataclass(frozen=True)
class Criterion:
    """One criterion: its value in each of them, in the order of `Neighbourhood.places`."""

    label: str
    unit: str
    year: str
    source: str
    values: list[str]


@dataclass(frozen=True)
class Neighbourhood:
    """`places` are the département, then its neighbours from the most to the least alike; `why` there are none.
    `unranked` are the reasons why an indicator has no rank, each with the labels of those.
    """

    place: str
    region: str
    france: str
    places: list[str]
    criteria: list[Criterion]
    rankings: list[Ranking]
    drawn: list[Ranking]
    unranked: list[tuple[str, list[str]]]
    why: str = ""

    @property
    def names(self) -> str:
        return ", ".join(self.places[1:])


def neighbourhood(edition: Edition, shown: list[str], heads: list[str]) -> Neighbourhood | None:
    """Compose the comparison of the last year of each indicator of `shown`; those of `heads` are drawn too. None for a
    snapshot that was given before there was any.
    """
    if RANKS not in edition.tables:
        return None
    every = Rankings(edition)
    found = [last for code in shown if (last := every.last(code)) is not None]
    rows = edition.tables[CRITERIA]
    names = list(rows.sort_values("ressemblance")["libelle"].drop_duplicates())
    labels = _labels(edition)
    place = edition.labels("territoires", "territoire_code")[edition.department]
    ranked = [ranking for ranking in found if ranking.rank]
    unranked: dict[str, list[str]] = defaultdict(list)
    for ranking in found:
        if not ranking.rank:
            unranked[ranking.why].append(ranking.label)
    return Neighbourhood(
        place, labels.get(REGION, ""), labels.get(FRANCE, ""), names, _criteria(rows), ranked,
        [ranking for ranking in ranked if ranking.code in heads and ranking.funnel], list(unranked.items()),
        "" if names else "Le département n'a pas de voisins statistiques : un de ses critères manque.",
    )  # fmt: skip


class Rankings:
    """The comparisons of one edition, found by indicator; none in a snapshot that was given before there was any."""

    def __init__(self, edition: Edition) -> None:
        self._ranks: dict[str, list[dict]] = defaultdict(list)
        self._members: dict[tuple[str, str], list[dict]] = defaultdict(list)
        if RANKS not in edition.tables:
            return
        for row in edition.tables[RANKS].sort_values("periode").to_dict("records"):
            self._ranks[row["indicateur_code"]].append(row)
        for row in edition.tables[VALUES].to_dict("records"):
            self._members[row["indicateur_code"], row["periode"]].append(row)
        self._about = edition.labels("indicateurs", "indicateur_code")
        self._sources = edition.labels("sources", "source")
        self._reserves = edition.labels("perimetres", "perimetre", "reserve")
        self._reasons = edition.labels("motifs", "motif_code")

    def of(self, code: str) -> list[Ranking]:
        """List every year of an indicator that is compared, oldest first."""
        return [self._made(row) for row in self._ranks.get(code, ())]

    def last(self, code: str) -> Ranking | None:
        """Find the last year with a rank, or else the last year, with the reason."""
        rows = self._ranks.get(code)
        if not rows:
            return None
        return self._made(next((r for r in reversed(rows) if not absent(r["rang"])), rows[-1]))

    def _made(self, row: dict) -> Ranking:
        code, year = row["indicateur_code"], row["periode"]
        reserve, why = self._reserves.get(row["perimetre"]), self._reasons.get(row["motif_code"])
        return Ranking(
            code, self._about[code], year, row["taux_unite"], self._sources[row["source"]],
            "" if absent(reserve) else str(reserve),
            "" if absent(row["denominateur_millesime"]) else str(int(row["denominateur_millesime"])),
            _rank(row), _interval(row), why or "",
            wording.shown(row["taux_voisins"], 2), [_member(m) for m in self._members[code, year]],
        )  # fmt: skip


def _rank(row: dict) -> str:
    return "" if absent(row["rang"]) else f"{_ordinal(row['rang'])} sur {int(row['rangs'])}"


def _interval(row: dict) -> str:
    """Write the ranks that it may hold."""
    if absent(row["rang"]):
        return ""
    low, high = row["rang_bas"], row["rang_haut"]
    return "rang établi" if low == high else f"du {_ordinal(low)} au {_ordinal(high)}"


def _ordinal(rank: float) -> str:
    return "1er" if rank == 1 else f"{int(rank)}e"


def _member(row: dict) -> Member:
    return Member(
        role=row["role"],
        code=row["territoire_code"],
        name=row["territoire"],
        rate=wording.shown(row["taux"], 2),
        count=wording.shown(row["valeur"]),
        size=wording.shown(row["denominateur_valeur"]),
        why="" if absent(row["motif"]) else str(row["motif"]),
        row=row,
    )


def _dot(member: Member, own: bool) -> Dot:
    label = member.name if own else member.code.removeprefix("DEP-")
    return Dot(label, float(member.row["denominateur_valeur"]), float(member.row["taux"]), own)


def _labels(edition: Edition) -> dict[str, str]:
    """Role → how the région and France are named without the département."""
    rows = edition.tables[VALUES]
    return dict(zip(rows["role"], rows["territoire"], strict=True))


def _criteria(rows: pd.DataFrame) -> list[Criterion]:
    found = []
    for _, own in rows.sort_values("ressemblance").groupby("critere"):
        first = own.iloc[0]
        found.append(
            Criterion(
                first["critere_libelle"], first["unite"], str(first["annee"]), first["source"],
                [wording.shown(value, 1) for value in own["valeur"]],
            )
        )  # fmt: skip
    return found
