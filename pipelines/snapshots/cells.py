"""An edition's counts as cells and relations: the one place where what it prints becomes what a reader may add up."""

from __future__ import annotations

from collections.abc import Hashable, Iterator
from dataclasses import dataclass, field
from typing import Any

import pandas as pd

from pipelines.base.periods import Period
from pipelines.disclosure.system import BOUND, PART, SUM, Cell, Relation, System, build
from pipelines.snapshots.counted import sets
from pipelines.snapshots.windows import MONTH, QUARTER, YEAR

KEY = ["indicateur_code", "territoire_code", "periode"]
PUBLISHED = "deja_publique"
SHARED = (PUBLISHED, "libre")
SHARE = "proportion"
Key = tuple[str, str, str]
_SUM, _MEAN, _LAST = "somme", "moyenne", "dernier"
_GRAINS = {MONTH: 1, QUARTER: 3, YEAR: 12}


@dataclass(frozen=True)
class Earlier:
    """What earlier publications gave of each cell, and which they withheld."""

    given: dict[Key, set[float]] = field(default_factory=dict)
    hidden: set[Key] = field(default_factory=set)


@dataclass(frozen=True)
class Rules:
    """How an indicator's periods add up (`cumul`) and its finest period (`grain`), by code; what the relations say."""

    cumul: dict[str, str]
    grain: dict[str, str]
    relations: pd.DataFrame

    def terms(self, key: Key) -> int:
        """How many counts a printed figure is the mean of: 1 for a count."""
        indicator, _, period = key
        if self.cumul.get(indicator) != _MEAN:
            return 1
        return max(Period.read(period).months // _GRAINS.get(self.grain.get(indicator, MONTH), 1), 1)

    def added(self, indicator: str) -> bool:
        """Whether a year is what its quarters add up to: a mean is, as the sum under it."""
        return self.cumul.get(indicator) in (_SUM, _MEAN)


def system_of(figures: pd.DataFrame, months: pd.DataFrame, rules: Rules, earlier: Earlier) -> System[Key]:
    """The cells of an edition. `figures`: its totals by quarter and year that have a value, shares left out, with
    `protection`, `seuil` and `etendue`; `months` likewise, which the edition does not print but others may publish.
    """
    rows: dict[Key, Any] = dict(zip(_keys(figures), figures.itertuples(), strict=True))
    values = {key: round(float(row.valeur) * rules.terms(key), 6) for key, row in rows.items()}
    shared = {key for key, row in rows.items() if row.protection in SHARED}
    known = shared | {key for key, row in rows.items() if float(row.valeur) in earlier.given.get(key, ())}
    relations = list(_relations(values, rules))
    # The benefit of the doubt goes to the reader: a public total is taken for the sum of parts of another source.
    for relation in relations:
        if relation.whole in shared and relation.kind == SUM and not shared.issuperset(relation.parts):
            values[relation.whole] = sum(values[p] for p in relation.parts)
    floors = _public_months(months, set(values) - shared, rules)
    base = _common_months(months, set(values), floors)
    cells = [
        Cell(
            key,
            value,
            int(rows[key].seuil) * rules.terms(key),
            width=int(rows[key].etendue) * rules.terms(key),
            known=key in known,
            base=_base(key, base, rules),
            floor=_floor(key, values, known, floors, rules),
            block=_block(key, rules),
            revised=key in earlier.given and key not in known,
        )
        for key, value in values.items()
    ]
    return build(cells, relations, {key: _elements(key, rules) for key in values})


def _keys(frame: pd.DataFrame) -> list[Key]:
    return [tuple(k) for k in frame[KEY].to_numpy().tolist()]


def _quarters(key: Key) -> tuple[Key, ...]:
    """The quarters of a year; none of a quarter."""
    indicator, territory, period = key
    return tuple((indicator, territory, f"{period}-T{n}") for n in range(1, 5)) if len(period) == 4 else ()


def _block(key: Key, rules: Rules) -> Hashable:
    """The quarters of a year go together where they add up to it."""
    indicator, territory, period = key
    return (indicator, territory, period[:4], QUARTER) if len(period) == 7 and rules.added(indicator) else None


def _relations(values: dict[Key, float], rules: Rules) -> Iterator[Relation[Key]]:
    """A year and its quarters, an indicator and its parts."""
    for key in values:
        quarters = _quarters(key)
        parts = quarters if rules.added(key[0]) else quarters[3:] if rules.cumul.get(key[0]) == _LAST else ()
        if parts and all(p in values for p in parts):
            yield Relation(key, parts)
    places = sorted({(territory, period) for _, territory, period in values})
    for whole, terms, kind in _indicators(rules):
        for territory, period in places:
            members = [(code, territory, period) for code in (whole, *terms)]
            if all(m in values and rules.terms(m) == 1 for m in members):
                yield Relation(members[0], tuple(members[1:]), kind)


def _indicators(rules: Rules) -> Iterator[tuple[str, tuple[str, ...], str]]:
    """(whole, parts, kind): what the table of relations says, and what follows from what each counts."""
    said = rules.relations
    for nature, group in said[said["nature"].isin([SUM, BOUND])].groupby("nature"):
        for (_, whole), lines in group.groupby(["relation_code", "ensemble_code"], sort=False):
            yield str(whole), tuple(lines["membre_code"]), str(nature)
    pairs = said.loc[said["nature"] == PART, ["ensemble_code", "membre_code"]].to_numpy().tolist()
    for whole in dict.fromkeys(w for w, _ in pairs):
        for parts in _apart([part for w, part in pairs if w == whole]):
            yield whole, parts, PART


def _apart(parts: list[str]) -> list[tuple[str, ...]]:
    """The largest groups of parts that have nothing in common: the maximal cliques (Bron and Kerbosch, 1973)."""
    counted = sets()
    beside = {
        part: {o for o in parts if {o, part} <= counted.keys() and counted[o].isdisjoint(counted[part])}
        for part in parts
    }

    def grow(group: tuple[str, ...], free: set[str], seen: set[str]) -> Iterator[tuple[str, ...]]:
        if not free and not seen:
            yield group
        for part in [p for p in parts if p in free]:
            yield from grow((*group, part), free & beside[part], seen & beside[part])
            free, seen = free - {part}, seen | {part}

    return list(grow((), set(parts), set()))


def _elements(key: Key, rules: Rules) -> Iterator[Hashable]:
    """What a cell counts, quarter by quarter where its quarters add up."""
    indicator, territory, period = key
    counted = sets().get(indicator, ((indicator, "", ""),))
    if not rules.added(indicator):
        return iter([(indicator, territory, period)])
    periods = [p for _, _, p in _quarters(key)] or [period]
    return ((element, territory, p) for element in counted for p in periods)


def _public_months(months: pd.DataFrame, protected: set[Key], rules: Rules) -> dict[Key, dict[str, float]]:
    """Quarter → its months that others publish, with their counts, when the others of its months are not public."""
    rows: dict[Key, Any] = dict(zip(_keys(months), months.itertuples(), strict=True))
    found = {}
    for key in protected:
        months_of = _months_of(key)
        if months_of and all(month in rows for month in months_of) and rules.added(key[0]):
            parts = [rows[month] for month in months_of]
            found[key] = {p.periode: float(p.valeur) for p in parts if p.protection in SHARED}
    return found


def _common_months(months: pd.DataFrame, cells: set[Key], public: dict[Key, dict[str, float]]) -> dict[Key, float]:
    """Quarter → what its months count that others publish of each indicator of its kind: the atoms are of the rest."""
    common: dict[Key, set[str]] = {}
    for key, told in public.items():
        common[_kind(key)] = common.get(_kind(key), set(told)) & set(told)
    counts = dict(zip(_keys(months), months["valeur"].astype(float), strict=True))
    found = {}
    for key in cells:
        asked = [(key[0], key[1], month) for month in common.get(_kind(key), ())]
        if len(key[2]) == 7 and asked and all(m in counts for m in asked):
            found[key] = sum(counts[m] for m in asked)
    return found


def _kind(key: Key) -> Key:
    """Indicators of a kind count the same things, and share their atoms."""
    indicator, territory, period = key
    return next((kind for kind, _, _ in sets().get(indicator, ())), indicator), territory, period


def _months_of(key: Key) -> list[Key]:
    """The months of a quarter; none of a year."""
    indicator, territory, period = key
    first = Period.read(period).first_month
    return [(indicator, territory, str(Period(first + n, 1))) for n in range(3)] if len(period) == 7 else []


def _base(key: Key, base: dict[Key, float], rules: Rules) -> float:
    """What months that others publish count in a cell."""
    return (
        sum(base.get(q, 0.0) for q in _quarters(key)) if _quarters(key) and rules.added(key[0]) else base.get(key, 0.0)
    )


def _floor(
    key: Key, values: dict[Key, float], known: set[Key], floors: dict[Key, dict[str, float]], rules: Rules
) -> float:
    """What is known of a cell by its months and its quarters: only the rest can be anybody's secret."""
    quarters = _quarters(key)
    if not quarters:
        return sum(floors.get(key, {}).values())
    if not rules.added(key[0]) or any(q not in values for q in quarters):
        return 0.0
    return sum(values[q] if q in known else sum(floors.get(q, {}).values()) for q in quarters)
