"""What the last five years of a series say."""

from __future__ import annotations

from collections import defaultdict

import numpy as np
import pandas as pd

from pipelines.base.periods import Period
from pipelines.snapshots.windows import YEAR, last_year
from pipelines.statistics.intervals import count_interval
from pipelines.statistics.trend import POINTS, UNKNOWN, trend

COUNTED = "poisson"


def trends_of(found: pd.DataFrame, series: pd.DataFrame, period: Period) -> tuple[list[str], list[bool]]:
    """The trend of the last five years of a series, on the rows of its year, and whether the public edition prints all
    five; a break among them, and there is no trend.
    """
    year = last_year(period)
    names = [str(Period(year.first_month - 12 * back, 12)) for back in reversed(range(POINTS))]
    yearly = series[(series["periode_type"] == YEAR) & series["periode"].isin(names)]
    points: dict[tuple, dict[str, tuple]] = defaultdict(dict)
    columns = ["indicateur_code", "territoire_code", "periode", "valeur", "rupture", "source", "non_publiee"]
    for indicator, territory, name, *point in yearly[columns].to_numpy().tolist():
        points[indicator, territory][name] = tuple(point)
    counted = found[(found["loi"] == COUNTED) & (found["periode_type"] == YEAR)]
    counted_keys = zip(counted["indicateur_code"], counted["territoire_code"], strict=True)
    times = dict(zip(counted_keys, counted["fois"], strict=True))
    said = {key: _trend_of([points[key].get(name) for name in names], n) for key, n in times.items() if key in points}
    told = {key: not any(point[3] for point in years.values()) for key, years in points.items()}
    keys = list(zip(found["indicateur_code"], found["territoire_code"], strict=True))
    wanted = found.index.isin(counted.index)
    trends = [said.get(key, UNKNOWN) if ok else UNKNOWN for key, ok in zip(keys, wanted, strict=True)]
    return trends, [told.get(key, True) for key in keys]


def _trend_of(points: list[tuple | None], times: int) -> str:
    """`points`: (value, broken, source, withheld) of each year, oldest first; None where there is none. What is a mean
    is the sum under it, `times` as much.
    """
    known = [p for p in points if p is not None and p[0] is not None and p[0] == p[0]]
    if len(known) < len(points) or any(p[1] for p in known[1:]) or len({p[2] for p in known}) != 1:
        return UNKNOWN
    values = np.round(np.array([p[0] for p in known], dtype=float) * times)
    return trend(values, *count_interval(values))
