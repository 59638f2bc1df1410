"""Signals of an XmR chart: points that the series' own variation, season by season, does not explain."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

# Mean of the absolute moving range to three standard deviations: 3 / d2, d2 = 1.128 (Wheeler, 1993).
_THREE_SIGMA = 2.66
# « Making Data Count » (NHS England): this many points on one side of the mean, or going one way.
_RUN = 7
HIGH, LOW, NONE, UNKNOWN = "haut", "bas", "aucun", "non_calculable"


def adjusted(values: ArrayLike, baseline: int, seasons: ArrayLike | None = None) -> NDArray[np.float64]:
    """Values without what their season brings: its mean over the first `baseline` points, as a difference to the mean
    of them all. `seasons` names the season of each value; None, and there is none.
    """
    x = np.asarray(values, dtype=np.float64)
    if seasons is None:
        return x
    names = np.asarray(seasons)
    found = x.copy()
    for season in np.unique(names):
        of = names == season
        found[of] -= x[:baseline][of[:baseline]].mean() - x[:baseline].mean()
    return found


def limits(values: ArrayLike, baseline: int, seasons: ArrayLike | None = None) -> tuple[float, float, float]:
    """(lower, mean, upper) of one series without its season, from its first `baseline` points alone; NaN with fewer.

    A season's mean is itself of k points: those that made it are nearer to it than the next will be. The limits are
    √((k + 1) / (k − 1)) times wider, the standard deviation of the difference of a new point over that of an old one.
    """
    x = np.asarray(values, dtype=np.float64)
    if len(x) < baseline or np.isnan(x).any():
        return np.nan, np.nan, np.nan
    first = adjusted(x, baseline, seasons)[:baseline]
    k = baseline / len(np.unique(np.asarray(seasons)[:baseline])) if seasons is not None else np.inf
    wider = np.sqrt((k + 1) / (k - 1)) if np.isfinite(k) else 1.0
    mean, width = float(first.mean()), _THREE_SIGMA * wider * float(np.abs(np.diff(first)).mean())
    return mean - width, mean, mean + width


def signals(values: ArrayLike, baseline: int, seasons: ArrayLike | None = None) -> NDArray[np.bool_]:
    """Which points are a signal: outside the limits, one of seven or more on a side of the mean, or one of seven or
    more that all rise or all fall; without their season.
    """
    low, mean, high = limits(values, baseline, seasons)
    if np.isnan(mean):
        return np.zeros(len(np.asarray(values)), dtype=bool)
    x = adjusted(values, baseline, seasons)
    # What rounding leaves of a season is no distance.
    near = 1e-9 * max(1.0, abs(mean))
    found = (x < low - near) | (x > high + near)
    for side in (x > mean + near, x < mean - near):
        found |= _runs(side, _RUN)
    for way in (np.diff(x) > near, np.diff(x) < -near):
        steps = _runs(way, _RUN - 1)
        found[1:] |= steps
        found[:-1] |= steps
    return found


def last_signal(values: ArrayLike, baseline: int, seasons: ArrayLike | None = None) -> str:
    """`haut` or `bas` when the last point is a signal: over or under the mean; where it ends a rise or a fall, the way
    that went. `aucun` when it is none; `non_calculable` when it is not beyond the first `baseline` points, which judge
    and are not judged.
    """
    x = np.asarray(values, dtype=np.float64)
    _, mean, _ = limits(x, baseline, seasons)
    if len(x) <= baseline or np.isnan(mean):
        return UNKNOWN
    if not signals(x, baseline, seasons)[-1]:
        return NONE
    told = adjusted(x, baseline, seasons)
    steps = np.diff(told[-_RUN:])
    going = (steps > 0).all() or (steps < 0).all()
    return HIGH if (steps[-1] > 0 if going else told[-1] > mean) else LOW


def _runs(true: NDArray[np.bool_], length: int) -> NDArray[np.bool_]:
    """Where `true` holds at least `length` times in a row."""
    edges = np.flatnonzero(np.diff(np.concatenate(([0], true.astype(np.int8), [0]))))
    found = np.zeros(len(true), dtype=bool)
    for start, end in zip(edges[::2], edges[1::2], strict=True):
        if end - start >= length:
            found[start:end] = True
    return found
