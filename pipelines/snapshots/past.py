"""How much the counts of each series have varied from one year to the next, before the period that is looked at."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd

from pipelines.base.periods import Period
from pipelines.snapshots.family import HEAD
from pipelines.snapshots.windows import SERIES, YEAR, before, last_year, window
from pipelines.statistics.dispersion import common, shrunk, squares

_SAME = [*SERIES, "source"]
KEY = ["territoire_code", "periode_type"]
# A year's counts of before are no longer those of the services of today.
_YEARS = 12


def dispersions(found: pd.DataFrame, series: pd.DataFrame, cumuls: dict[str, str], period: Period) -> pd.DataFrame:
    """`dispersion` (φ), `dispersion_n` (past comparisons of the series itself) and `dispersion_famille` (those of the
    head indicators of its family), of each row of `found`.

    A past comparison is one of the same window of a series with itself a year before, of the same source, without a
    break, both published; the comparison that is looked at is not one. Without any in the family, φ is 1.
    """
    kinds = [(kind, period if kind != YEAR else last_year(period)) for kind in sorted(set(found["periode_type"]))]
    told = [_of(series, cumuls, kind, at).assign(periode_type=kind) for kind, at in kinds]
    past = pd.concat(told, ignore_index=True) if told else pd.DataFrame(columns=[*_SAME, "z2", "periode_type"])
    own = past.groupby([*_SAME, "periode_type"])["z2"].agg(["sum", "count"]).reset_index()
    heads = past[past["indicateur_code"].isin(found.loc[found["portee"] == HEAD, "indicateur_code"])]
    pool = heads.groupby(KEY)["z2"].agg(commun=lambda z: common(z), dispersion_famille="count").reset_index()
    both = found[[*_SAME, "periode_type"]].merge(own, on=[*_SAME, "periode_type"], how="left")
    both = both.merge(pool, on=KEY, how="left").fillna({"sum": 0.0, "count": 0, "commun": 1.0, "dispersion_famille": 0})
    return pd.DataFrame(
        {
            "dispersion": shrunk(both["sum"], both["count"], both["commun"]),
            "dispersion_n": both["count"].astype("int64").to_numpy(),
            "dispersion_famille": both["dispersion_famille"].astype("int64").to_numpy(),
        },
        index=found.index,
    )


def _of(series: pd.DataFrame, cumuls: dict[str, str], kind: str, period: Period) -> pd.DataFrame:
    pairs = pd.concat([pd.DataFrame(columns=[*_SAME, "z2"]), *_pairs(series, cumuls, kind, period)])
    return pairs[pairs["z2"].notna()].astype({"z2": float})


def _pairs(series: pd.DataFrame, cumuls: dict[str, str], kind: str, period: Period) -> Iterator[pd.DataFrame]:
    """The z² of each year with the one before it, the latest first."""
    after = window(series, cumuls, kind, before(period))
    for _ in range(_YEARS):
        period = before(period)
        if after.empty:
            return
        ago = window(series, cumuls, kind, before(period))
        both = after.merge(ago[[*_SAME, "valeur", "fois", "non_publiee"]], on=_SAME, suffixes=("", "_avant"))
        both = both[~both["rupture"].astype(bool) & ~both["non_publiee"] & ~both["non_publiee_avant"]]
        counts = (both["valeur"].astype(float) * both["fois"], both["valeur_avant"].astype(float) * both["fois_avant"])
        yield both[_SAME].assign(z2=squares(np.round(counts[1]), np.round(counts[0])))
        after = ago
