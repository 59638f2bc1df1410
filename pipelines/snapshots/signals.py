"""What the control chart says of the last period of each series."""

from __future__ import annotations

import numpy as np
import pandas as pd

from pipelines.snapshots.windows import MONTH, QUARTER, YEAR
from pipelines.statistics.control import UNKNOWN, last_signal

_KINDS = (MONTH, QUARTER, YEAR)
_KEY = ["indicateur_code", "territoire_code", "periode_type"]


def signals_of(found: pd.DataFrame, series: pd.DataFrame, counted: pd.Series) -> list[str]:
    """`haut`, `bas`, `aucun` or `non_calculable` for each row of `found`, from the periods of its own kind up to it.
    Only what is `counted` varies by chance, and windows of several periods overlap: of those nothing is said.
    """
    said = {key: last_signal(values) for key, values in _runs(series, found.loc[counted, [*_KEY, "periode"]])}
    keys = zip(*(found[c] for c in _KEY), strict=True)
    return [said.get(key, UNKNOWN) for key in keys]


def _runs(series: pd.DataFrame, wanted: pd.DataFrame):
    """Per series, its values up to the period that is wanted, from the last hole, break or change of source on."""
    ends = wanted[wanted["periode_type"].isin(_KINDS)].rename(columns={"periode": "fin"})
    rows = series.merge(ends, on=_KEY)
    rows = rows[rows["periode"] <= rows["fin"]].sort_values([*_KEY, "periode_debut"])
    if rows.empty:
        return
    key = rows[_KEY].to_numpy()
    start = np.flatnonzero(np.r_[True, (key[1:] != key[:-1]).any(axis=1)])
    value, source = rows["valeur"].to_numpy(float), rows["source"].to_numpy()
    # A period that does not follow the one before it in the calendar is a hole too.
    begins = pd.to_datetime(rows["periode_debut"]).to_numpy()
    ended = pd.to_datetime(rows["periode_fin"]).to_numpy()
    # What follows a break compares with itself from its first day on, long before it compares with a year ago.
    since_break = pd.to_datetime(rows["comparable_depuis"]).to_numpy()
    broken = rows["rupture"].to_numpy(bool)[1:] & ~(begins[:-1] >= since_break[1:])
    apart = np.r_[True, broken | (source[1:] != source[:-1]) | (begins[1:] != ended[:-1] + np.timedelta64(1, "D"))]
    last = rows["periode"].to_numpy() == rows["fin"].to_numpy()
    for first, after in zip(start, [*start[1:], len(rows)], strict=True):
        if not last[after - 1]:
            continue
        since = first + int(np.flatnonzero(np.r_[True, apart[first + 1 : after]])[-1])
        holes = np.flatnonzero(np.isnan(value[since:after]))
        since += int(holes[-1]) + 1 if len(holes) else 0
        yield tuple(key[after - 1]), value[since:after]
