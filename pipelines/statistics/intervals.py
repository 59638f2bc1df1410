"""Intervals of counts, rates and proportions, at 95 %."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.stats import chi2, norm

LEVEL = 0.95
_Z = norm.ppf((1 + LEVEL) / 2)
# Below it the exact interval, from it on Byar's approximation, as Fingertips does.
_EXACT_BELOW = 10

Bounds = tuple[NDArray[np.float64], NDArray[np.float64]]


def count_interval(counts: ArrayLike) -> Bounds:
    """(lower, upper) of Poisson counts, of the same shape; NaN stays NaN.

    Exact under 10 (Garwood, 1936), Byar's approximation from 10 on (Breslow and Day, 1987), as in the methods of
    Fingertips (PHEindicatormethods). Raises ValueError for a negative count.
    """
    x = np.asarray(counts, dtype=np.float64)
    if np.any(x < 0):
        raise ValueError("a count is never negative")
    tail = (1 - LEVEL) / 2
    with np.errstate(divide="ignore", invalid="ignore"):
        exact_low = np.where(x == 0, 0.0, chi2.ppf(tail, 2 * x) / 2)
        exact_high = chi2.ppf(1 - tail, 2 * x + 2) / 2
        byar_low = x * (1 - 1 / (9 * x) - _Z / (3 * np.sqrt(x))) ** 3
        byar_high = (x + 1) * (1 - 1 / (9 * (x + 1)) + _Z / (3 * np.sqrt(x + 1))) ** 3
    small = x < _EXACT_BELOW
    return np.where(small, exact_low, byar_low), np.where(small, exact_high, byar_high)


def rate(counts: ArrayLike, exposure: ArrayLike, per: float) -> NDArray[np.float64]:
    """Counts per `per` units of exposure (inhabitants, dwellings). Raises ValueError for a denominator of 0 or less."""
    n = np.asarray(exposure, dtype=np.float64)
    if np.any(n <= 0):
        raise ValueError("a rate needs a positive denominator")
    return per * np.asarray(counts, dtype=np.float64) / n


def rate_interval(counts: ArrayLike, exposure: ArrayLike, per: float) -> Bounds:
    """The interval of the count, in the unit of the rate: the denominator is taken as known."""
    low, high = count_interval(counts)
    return rate(low, exposure, per), rate(high, exposure, per)


def proportion_interval(successes: ArrayLike, trials: ArrayLike) -> Bounds:
    """(lower, upper) of a proportion, between 0 and 1, by Wilson's score (1927).

    Raises ValueError when there is no trial, or more successes than trials.
    """
    x, n = np.asarray(successes, dtype=np.float64), np.asarray(trials, dtype=np.float64)
    if np.any(n <= 0) or np.any(x < 0) or np.any(x > n):
        raise ValueError("a proportion needs successes between 0 and the trials, and a trial")
    p, z2 = x / n, _Z**2
    centre = (p + z2 / (2 * n)) / (1 + z2 / n)
    half = _Z * np.sqrt(p * (1 - p) / n + z2 / (4 * n**2)) / (1 + z2 / n)
    return np.maximum(centre - half, 0.0), np.minimum(centre + half, 1.0)
