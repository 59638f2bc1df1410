"""The public edition of a quarter's tables: what may leave the house, and nothing by which the rest is worked out."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import numpy as np
import pandas as pd

from pipelines.disclosure.suppress import suppress
from pipelines.disclosure.system import Cell, Relation, build
from pipelines.intake.periods import Period
from pipelines.snapshots.windows import QUARTER, YEAR

PUBLISHED = "deja_publique"
SHARED = (PUBLISHED, "libre")
FREE = "F"
WITHHELD = "secret_statistique"
# Under the département, only what its producer publishes already.
_EVERYWHERE = ("france", "region", "departement")
_LOCAL = ("arrondissement", "zone_police", "zone_gendarmerie", "groupement", "service")
KEY = ["indicateur_code", "territoire_code", "periode"]
_SHARE = "proportion"
# What the reader loses with a cell: a year tells more than a quarter.
_COST = {QUARTER: 1.0, YEAR: 3.0}


def public_series(
    series: pd.DataFrame,
    rules: pd.DataFrame,
    indicators: pd.DataFrame,
    relations: pd.DataFrame,
    earlier: Iterable[pd.DataFrame],
    secondary: bool = True,
) -> pd.DataFrame:
    """`series` with `confidentialite` (F, C, D) and without what the public edition does not hold.

    A withheld value is absent, with the reason `secret_statistique`; what is known of the year before is left out with
    it. `earlier` are the public series of every snapshot already given. `secondary` off leaves primary suppression
    alone: for the attacker's test.
    """
    kept = series.merge(
        rules[["source", "indicateur_code", "loi", "protection", "seuil"]], on=["source", "indicateur_code"]
    )
    shared = kept["protection"].isin(SHARED)
    local = shared & kept["niveau"].isin(_LOCAL)
    whole = kept["ventilation_type"] == "total"
    quarterly = kept["periode_type"].isin([QUARTER, YEAR])
    # The parts of a total are smaller than it, and may be persons where it is not: only what its producer publishes.
    told = np.where(whole, shared | quarterly, kept["protection"] == PUBLISHED)
    kept = kept[(kept["niveau"].isin(_EVERYWHERE) | local) & told].copy()
    kept["confidentialite"] = FREE
    protected = ~kept["protection"].isin(SHARED) & (kept["loi"] != _SHARE) & kept["valeur"].notna()
    if protected.any():
        said = _withheld(kept, protected, _months(series, rules), indicators, relations, list(earlier), secondary)
        keys = pd.MultiIndex.from_frame(kept[KEY])
        totals = (kept["ventilation_type"] == "total").to_numpy()
        found = [said.get(key, FREE) if total else FREE for key, total in zip(keys, totals, strict=True)]
        kept["confidentialite"] = found
        _hide_shares(kept, relations)
    return _blank(kept).drop(columns=["loi", "protection", "seuil"])


def _withheld(
    kept: pd.DataFrame,
    protected: pd.Series,
    months: pd.DataFrame,
    indicators: pd.DataFrame,
    relations: pd.DataFrame,
    earlier: list[pd.DataFrame],
    secondary: bool,
) -> dict[tuple, str]:
    whole = kept[(kept["ventilation_type"] == "total") & kept["valeur"].notna() & (kept["loi"] != _SHARE)
                 & kept["periode_type"].isin([QUARTER, YEAR])]  # fmt: skip
    # Only what a protected series is tied to matters: same territory.
    whole = whole[whole["territoire_code"].isin(set(kept.loc[protected, "territoire_code"]))]
    values = {tuple(k): float(v) for k, v in zip(whole[KEY].to_numpy().tolist(), whole["valeur"], strict=True)}
    given, hidden = _given(earlier)
    shared = {tuple(k) for k in whole.loc[whole["protection"].isin(SHARED), KEY].to_numpy().tolist()}
    known = shared | {key for key, value in values.items() if value in given.get(key, ())}
    ties = list(_ties(values, indicators, relations))
    kept_out = _mixed_quarters(months, set(values) - shared)
    ties += kept_out.ties
    # The benefit of the doubt goes to the attacker: a public total is taken for the sum of parts of another source.
    for tie in ties:
        if tie.whole in shared and tie.exact and not shared.issuperset(tie.parts):
            values[tie.whole] = sum(values[p] for p in tie.parts)
    rows = whole.set_index(KEY)
    cells = [
        Cell(
            key,
            value,
            0 if key in kept_out.told else int(rows.at[key, "seuil"]),
            key in known,
            _COST[rows.at[key, "periode_type"]],
        )
        for key, value in values.items()
    ]
    cells += kept_out.cells
    system = build(cells, ties if secondary else [])
    return suppress(system, hidden - known)


@dataclass(frozen=True)
class _Months:
    """The months of quarters of which one month at least is public: the others follow from the quarter. `told` are the
    quarters of which the other months are 0: all their facts are public already, and they tell of nobody by themselves.
    """

    cells: list[Cell]
    ties: list[Relation]
    told: set[tuple]


def _months(series: pd.DataFrame, rules: pd.DataFrame) -> pd.DataFrame:
    """Every month that has a value, with its protection."""
    months = series[
        (series["periode_type"] == "mois") & (series["ventilation_type"] == "total") & series["valeur"].notna()
    ]
    return months.merge(rules[["source", "indicateur_code", "protection", "seuil"]], on=["source", "indicateur_code"])


def _mixed_quarters(months: pd.DataFrame, protected: set[tuple]) -> _Months:
    rows = {tuple(k): r for k, r in zip(months[KEY].to_numpy().tolist(), months.itertuples(), strict=True)}
    found = _Months([], [], set())
    for indicator, territory, period in sorted(protected):
        if len(period) != 7 or period[5] != "T":
            continue
        first = Period.read(period).first_month
        parts = [(indicator, territory, str(Period(first + n, 1))) for n in range(3)]
        if all(p in rows for p in parts) and any(rows[p].protection in SHARED for p in parts):
            if not any(rows[p].valeur for p in parts if rows[p].protection not in SHARED):
                found.told.add((indicator, territory, period))
            found.ties.append(Relation((indicator, territory, period), tuple(parts)))
            for part in parts:
                public = rows[part].protection in SHARED
                found.cells.append(Cell(part, float(rows[part].valeur), int(rows[part].seuil), public, published=False))
    return found


def _given(earlier: list[pd.DataFrame]) -> tuple[dict[tuple, set[float]], set[tuple]]:
    """(key → the values that were published, the keys that were withheld) over every public series already given."""
    given: dict[tuple, set[float]] = {}
    hidden: set[tuple] = set()
    for series in earlier:
        whole = series[series["ventilation_type"] == "total"]
        for key, value, status in zip(
            map(tuple, whole[KEY].to_numpy().tolist()), whole["valeur"], whole["confidentialite"], strict=True
        ):
            if status != FREE:
                hidden.add(key)
            elif pd.notna(value):
                given.setdefault(key, set()).add(float(value))
    return given, hidden


def _ties(values: dict[tuple, float], indicators: pd.DataFrame, relations: pd.DataFrame) -> Iterator[Relation]:
    """What holds between the cells: a year and its quarters, an indicator and its parts."""
    rules = dict(zip(indicators["indicateur_code"], indicators["cumul"], strict=True))
    for key in values:
        indicator, territory, period = key
        if len(period) == 4:
            quarters = tuple((indicator, territory, f"{period}-T{n}") for n in range(1, 5))
            parts = {"somme": quarters, "dernier": quarters[3:]}.get(rules.get(indicator, ""), ())
            if parts and all(p in values for p in parts):
                yield Relation(key, parts)
    wholes: dict[tuple[str, str], list[str]] = {}
    for code, nature, whole, part in relations[["relation_code", "nature", "ensemble_code", "membre_code"]].to_numpy():
        if nature == "somme":
            wholes.setdefault((code, whole), []).append(part)
        elif nature == "partie":
            wholes[f"{code}/{part}", whole] = [part]
    sums = set(relations.loc[relations["nature"] == "somme", "relation_code"])
    places = sorted({(territory, period) for _, territory, period in values})
    for (code, whole), parts in wholes.items():
        for territory, period in places:
            key = (whole, territory, period)
            members = tuple((part, territory, period) for part in parts)
            if key in values and all(m in values for m in members):
                total = sum(values[m] for m in members)
                if code in sums and total == values[key]:
                    yield Relation(key, members)
                elif total <= values[key]:
                    yield Relation(key, members, exact=False)


def terms_of_shares(relations: pd.DataFrame) -> dict[str, list[str]]:
    """Share → the counts that it is made of, its numerator first."""
    terms = relations[relations["nature"].isin(["numerateur", "denominateur"])].sort_values("nature", ascending=False)
    return terms.groupby("ensemble_code", sort=False)["membre_code"].agg(list).to_dict()


def _hide_shares(kept: pd.DataFrame, relations: pd.DataFrame) -> None:
    """A share and one of its counts tell the other: it is withheld with either."""
    terms = terms_of_shares(relations)
    statuses = {tuple(k): s for k, s in zip(kept[KEY].to_numpy().tolist(), kept["confidentialite"], strict=True)}
    for i in kept.index[kept["loi"] == _SHARE]:
        indicator, territory, period = kept.loc[i, KEY]
        told = [statuses.get((term, territory, period), "C") for term in terms.get(indicator, [None])]
        kept.loc[i, "confidentialite"] = next((s for s in told if s != FREE), FREE)


def _blank(kept: pd.DataFrame) -> pd.DataFrame:
    """Withheld values, and every figure made of one, are absent."""
    secret = kept["confidentialite"] != FREE
    before = {
        (i, t, str(_year_after(p))): s
        for i, t, p, s in kept.loc[secret & (kept["ventilation_type"] == "total"), [*KEY, "confidentialite"]].to_numpy()
    }
    keys = [tuple(k) for k in kept[KEY].to_numpy().tolist()]
    after = pd.Series([key in before for key in keys], index=kept.index)
    compared = ["valeur_precedente", "evolution_abs", "evolution_pct"]
    blank = kept.copy()
    blank.loc[secret, ["valeur", "evolution_abs", "evolution_pct"]] = None
    blank.loc[after & (kept["ventilation_type"] == "total"), compared] = None
    blank.loc[secret | after, "evolution_motif_code"] = WITHHELD
    blank.loc[secret, "motif_code"] = WITHHELD
    blank.loc[secret, "motif"] = "Petit nombre : non publié, pour que personne ne soit reconnu"
    return blank


def _year_after(period: str) -> Period:
    read = Period.read(period)
    return Period(read.first_month + 12, read.months)
