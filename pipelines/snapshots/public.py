"""The public edition of a quarter's tables: what may leave the house, and nothing by which the rest is worked out."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import pandas as pd

from pipelines.base.periods import Period
from pipelines.disclosure.suppress import suppress
from pipelines.snapshots.cells import KEY, PUBLISHED, SHARE, SHARED, Earlier, Key, Rules, system_of
from pipelines.snapshots.windows import MONTH, QUARTER, YEAR

FREE = "F"
WITHHELD = "secret_statistique"
_PAIR, _RULE = ["source", "indicateur_code"], ["loi", "protection", "seuil", "etendue"]
# Under the département, only what its producer publishes already.
_EVERYWHERE = ("france", "region", "departement")
_LOCAL = ("arrondissement", "zone_police", "zone_gendarmerie", "groupement", "service")


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
    kept = series.merge(rules[[*_PAIR, *_RULE]], on=_PAIR)
    shared = kept["protection"].isin(SHARED)
    local = shared & kept["niveau"].isin(_LOCAL)
    whole = kept["ventilation_type"] == "total"
    quarterly = kept["periode_type"].isin([QUARTER, YEAR])
    # The parts of a total are smaller than it, and may be persons where it is not: only what its producer publishes.
    told = np.where(whole, shared | quarterly, kept["protection"] == PUBLISHED)
    kept = kept[(kept["niveau"].isin(_EVERYWHERE) | local) & told].copy()
    kept["confidentialite"] = FREE
    protected = ~kept["protection"].isin(SHARED) & (kept["loi"] != SHARE) & kept["valeur"].notna()
    if protected.any():
        said = _withheld(kept, protected, _months(series, rules), indicators, relations, list(earlier), secondary)
        keys = pd.MultiIndex.from_frame(kept[KEY])
        totals = (kept["ventilation_type"] == "total").to_numpy()
        found = [said.get(key, FREE) if total else FREE for key, total in zip(keys, totals, strict=True)]
        kept["confidentialite"] = found
        _hide_shares(kept, relations)
    return _blank(kept).drop(columns=_RULE)


def public_places(series: pd.DataFrame, rules: pd.DataFrame) -> pd.DataFrame:
    """The rows of places under the arrondissement that may leave: what its producer publishes, and what counts nobody.

    Anything else is left out whole, so that nothing there is withheld cell by cell.
    """
    free = rules.loc[rules["protection"].isin(SHARED), _PAIR]
    keys = pd.MultiIndex.from_frame(series[_PAIR])
    return series[keys.isin(pd.MultiIndex.from_frame(free))]


def _withheld(
    kept: pd.DataFrame,
    protected: pd.Series,
    months: pd.DataFrame,
    indicators: pd.DataFrame,
    relations: pd.DataFrame,
    earlier: list[pd.DataFrame],
    secondary: bool,
) -> dict[Key, str]:
    whole = kept[(kept["ventilation_type"] == "total") & kept["valeur"].notna() & (kept["loi"] != SHARE)
                 & kept["periode_type"].isin([QUARTER, YEAR])]  # fmt: skip
    # Only what a protected series is tied to matters: same territory.
    whole = whole[whole["territoire_code"].isin(set(kept.loc[protected, "territoire_code"]))]
    codes = indicators["indicateur_code"]
    cumul, grain = (dict(zip(codes, indicators[name], strict=True)) for name in ("cumul", "grain"))
    rules = Rules(cumul, grain, relations)
    before = _given(earlier)
    here = months[months["territoire_code"].isin(set(whole["territoire_code"]))]
    return suppress(system_of(whole, here, rules, before), before.hidden, secondary)


def _months(series: pd.DataFrame, rules: pd.DataFrame) -> pd.DataFrame:
    """Every month that has a value, with its protection."""
    months = series[
        (series["periode_type"] == MONTH) & (series["ventilation_type"] == "total") & series["valeur"].notna()
    ]
    return months.merge(rules[[*_PAIR, *_RULE]], on=_PAIR)


def _given(earlier: list[pd.DataFrame]) -> Earlier:
    """Every public series already given."""
    found = Earlier()
    for series in earlier:
        whole = series[series["ventilation_type"] == "total"]
        for key, value, status in zip(
            map(tuple, whole[KEY].to_numpy().tolist()), whole["valeur"], whole["confidentialite"], strict=True
        ):
            if status != FREE:
                found.hidden.add(key)
            elif pd.notna(value):
                found.given.setdefault(key, set()).add(float(value))
    return found


def terms_of_shares(relations: pd.DataFrame) -> dict[str, list[str]]:
    """Share → the counts that it is made of, its numerator first."""
    terms = relations[relations["nature"].isin(["numerateur", "denominateur"])].sort_values("nature", ascending=False)
    return {str(share): list(counts) for share, counts in terms.groupby("ensemble_code", sort=False)["membre_code"]}


def _hide_shares(kept: pd.DataFrame, relations: pd.DataFrame) -> None:
    """A share and one of its counts tell the other: it is withheld with either."""
    terms = terms_of_shares(relations)
    statuses = {tuple(k): s for k, s in zip(kept[KEY].to_numpy().tolist(), kept["confidentialite"], strict=True)}
    for i in kept.index[kept["loi"] == SHARE]:
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
    compared = ["valeur_precedente", "evolution_abs", "evolution_pct", "rupture_part_pct"]
    blank = kept.copy()
    # The part of a value that a break reaches is a share of it.
    blank.loc[secret, ["valeur", "evolution_abs", "evolution_pct", "rupture_part_pct"]] = None
    blank.loc[after & (kept["ventilation_type"] == "total"), compared] = None
    blank.loc[secret | after, "evolution_motif_code"] = WITHHELD
    blank.loc[secret, "motif_code"] = WITHHELD
    blank.loc[secret, "motif"] = None
    # Whether a break reaches more than a part of a value says something of it.
    blank["rupture"] = blank["rupture"].where(~secret, False)
    blank.loc[secret & blank["statut"].isin(["B", "M"]), "statut"] = "A"
    return blank


def _year_after(period: str) -> Period:
    read = Period.read(period)
    return Period(read.first_month + 12, read.months)
