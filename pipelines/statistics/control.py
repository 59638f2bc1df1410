"""Signals of an XmR chart: points that the series' own variation does not explain."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

# Mean of the absolute moving range to three standard deviations: 3 / d2, d2 = 1.128 (Wheeler, 1993).
_THREE_SIGMA = 2.66
# « Making Data Count » (NHS England): this many points on one side of the mean, or going one way.
_RUN = 7
_FEWEST = 12
HIGH, LOW, NONE, UNKNOWN = "haut", "bas", "aucun", "non_calculable"


def limits(values: ArrayLike) -> tuple[float, float, float]:
    """(lower, mean, upper) of one series; counts have no limit under 0. NaN with fewer than twelve points."""
    x = np.asarray(values, dtype=np.float64)
    if len(x) < _FEWEST or np.isnan(x).any():
        return np.nan, np.nan, np.nan
    mean = float(x.mean())
    width = _THREE_SIGMA * float(np.abs(np.diff(x)).mean())
    return max(mean - width, 0.0), mean, mean + width


def signals(values: ArrayLike) -> NDArray[np.bool_]:
    """Which points are a signal: outside the limits, one of seven or more on a side of the mean, or one of seven or
    more that all rise or all fall.
    """
    x = np.asarray(values, dtype=np.float64)
    low, mean, high = limits(x)
    if np.isnan(mean):
        return np.zeros(len(x), dtype=bool)
    found = (x < low) | (x > high)
    for side in (x > mean, x < mean):
        found |= _runs(side, _RUN)
    for way in (np.diff(x) > 0, np.diff(x) < 0):
        steps = _runs(way, _RUN - 1)
        found[1:] |= steps
        found[:-1] |= steps
    return found


def last_signal(values: ArrayLike) -> str:
    """`haut` or `bas` when the last point is a signal: over or under the mean; where it ends a rise or a fall, the way
    that went. `aucun` when it is none, `non_calculable` with fewer than twelve points.
    """
    x = np.asarray(values, dtype=np.float64)
    _, mean, _ = limits(x)
    if np.isnan(mean):
        return UNKNOWN
    if not signals(x)[-1]:
        return NONE
    steps = np.diff(x[-_RUN:])
    going = (steps > 0).all() or (steps < 0).all()
    return HIGH if (steps[-1] > 0 if going else x[-1] > mean) else LOW


def _runs(true: NDArray[np.bool_], length: int) -> NDArray[np.bool_]:
    """Where `true` holds at least `length` times in a row."""
    edges = np.flatnonzero(np.diff(np.concatenate(([0], true.astype(np.int8), [0]))))
    found = np.zeros(len(true), dtype=bool)
    for start, end in zip(edges[::2], edges[1::2], strict=True):
        if end - start >= length:
            found[start:end] = True
    return found
