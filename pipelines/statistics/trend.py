"""A trend over the last five points."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike
from scipy.stats import norm

POINTS = 5
# Chi-squared with one degree of freedom at 0.2 %: the marker of Fingertips is slow to speak.
_CHI2 = 9.5495
_WIDTH = 2 * norm.ppf(0.975)

UP, DOWN, FLAT, UNKNOWN = "hausse", "baisse", "sans_tendance", "non_calculable"


def trend(values: ArrayLike, lower: ArrayLike, upper: ArrayLike) -> str:
    """`hausse`, `baisse`, `sans_tendance` or `non_calculable` for one series, oldest first.

    `values` with their 95 % interval (`lower`, `upper`). The slope over the last five valid points is weighted by the
    inverse of their variance, taken from the width of the interval; it is a trend when its squared ratio to its
    standard error is beyond chi-squared at 0.2 % and when its sign holds in each fit that leaves one point out (the
    trend marker of FingertipsNext). A missing point among the last five, or fewer than five: not computable.
    """
    y, low, high = (np.asarray(v, dtype=np.float64)[-POINTS:] for v in (values, lower, upper))
    if len(y) < POINTS or np.isnan(y).any() or np.isnan(low).any() or np.isnan(high).any():
        return UNKNOWN
    se = (high - low) / _WIDTH
    if np.any(se <= 0):
        return UNKNOWN
    t, weights = np.arange(POINTS, dtype=np.float64), se**-2
    slope, variance = _fit(t, y, weights)
    if slope**2 / variance <= _CHI2:
        return FLAT
    for left in range(POINTS):
        kept = np.arange(POINTS) != left
        if np.sign(_fit(t[kept], y[kept], weights[kept])[0]) != np.sign(slope):
            return FLAT
    return UP if slope > 0 else DOWN


def _fit(t: np.ndarray, y: np.ndarray, weights: np.ndarray) -> tuple[float, float]:
    """(slope, its variance) of the weighted least squares line."""
    centre = np.average(t, weights=weights)
    spread = np.sum(weights * (t - centre) ** 2)
    return float(np.sum(weights * (t - centre) * y) / spread), float(1 / spread)
