"""What the control chart says of the last period of each series."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import numpy as np
import pandas as pd

from pipelines.snapshots.windows import MONTH, QUARTER, YEAR
from pipelines.statistics.control import UNKNOWN, last_signal

# How many points judge those that follow: three of each month, three of each quarter, twelve years.
BASELINES = {MONTH: 36, QUARTER: 12, YEAR: 12}
_KEY = ["indicateur_code", "territoire_code", "periode_type"]


def signals_of(
    found: pd.DataFrame, series: pd.DataFrame, counted: pd.Series, baselines: pd.DataFrame
) -> tuple[list[str], list[bool]]:
    """`haut`, `bas`, `aucun` or `non_calculable` for each row of `found`, from the periods of its own kind up to it,
    and whether the public edition prints every point of the run that it is said of. Only what is `counted` varies by
    chance, and windows of several periods overlap: of those nothing is said. `baselines` (reference.lignes_de_base):
    from when the line of a series is drawn again.
    """
    rebased = {tuple(r[c] for c in _KEY): r["depuis"] for r in baselines.to_dict("records")}
    said, told = {}, {}
    for key, rows in _runs(series, found.loc[counted, [*_KEY, "periode"]], rebased):
        size = BASELINES[key[2]]
        seasons = None if key[2] == YEAR else [day.month for day in rows["periode_debut"]]
        said[key] = last_signal(rows["valeur"].to_numpy(float), size, seasons)
        # Any of them: where a run begins may depend on how much of a withheld value a break touches.
        told[key] = not rows["non_publiee"].any()
    keys = list(zip(*(found[c] for c in _KEY), strict=True))
    return [said.get(key, UNKNOWN) for key in keys], [told.get(key, True) for key in keys]


def _runs(
    series: pd.DataFrame, wanted: pd.DataFrame, rebased: dict[tuple, date]
) -> Iterator[tuple[tuple, pd.DataFrame]]:
    """Per series, its rows up to the period that is wanted, from the last hole, break, change of source or new line of
    base on.
    """
    ends = wanted[wanted["periode_type"].isin(BASELINES)].rename(columns={"periode": "fin"})
    rows = series.merge(ends, on=_KEY)
    rows = rows[rows["periode"] <= rows["fin"]].sort_values([*_KEY, "periode_debut"], ignore_index=True)
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
        if day := rebased.get(tuple(key[after - 1])):
            since = max(since, first + int((begins[first:after] < np.datetime64(day)).sum()))
        yield tuple(key[after - 1]), rows.iloc[since:after]
