"""A count against another: the exact test, the ratio with its interval, and the percentage where one may be printed."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.optimize import brentq
from scipy.stats import beta, betabinom, binomtest, false_discovery_control

from pipelines.statistics.intervals import LEVEL

# A change is called one when chance alone would give it less often than this…
ALPHA = 0.05
# … and when, of the changes of its family so called, this share at most is expected to be chance's.
FALSE_DISCOVERIES = 0.10
# Under it, on either side, a percentage says nothing: both counts are printed instead.
FEW = 10
# The bounds of a ratio, as shares, are found to this.
_CLOSE = 1e-10
_Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Changes:
    """One entry a comparison. `ratio` is current over reference, by unit of exposure; NaN where there is none."""

    p_value: NDArray[np.float64]
    ratio: NDArray[np.float64]
    ratio_low: NDArray[np.float64]
    ratio_high: NDArray[np.float64]
    percent: NDArray[np.float64]


def compare(
    reference: ArrayLike,
    current: ArrayLike,
    reference_exposure: ArrayLike = 1.0,
    current_exposure: ArrayLike = 1.0,
    dispersion: ArrayLike = 1.0,
) -> Changes:
    """Compare counts of facts two by two; NaN on either side gives NaN.

    `dispersion` is φ, how many times its mean the variance of a count is. With φ = 1, given their sum, the current
    count is binomial with the share of its exposure: the exact conditional test of two Poisson rates (Przyborowski and
    Wilenski, 1940), two-sided as `scipy.stats.binomtest` has it, and the interval of the ratio is Clopper and Pearson's
    of that binomial (1934). With φ > 1 both counts are negative binomial of variance φ times their mean: given their
    sum n the current one is beta-binomial, of parameters n·share/(φ − 1) and n·(1 − share)/(φ − 1), the mean being that
    of the two counts (Skellam, 1948); the interval is that of the ratios that this test, one side at a time, does not
    reject, and never narrower than with φ = 1. The percentage is absent when the reference is 0, or when either count
    is under 10. Raises ValueError for a negative count, an exposure that is not positive or a dispersion under 1.
    """
    given = (reference, current, reference_exposure, current_exposure, dispersion)
    a, b, ea, eb, phi = np.broadcast_arrays(*(np.asarray(v, dtype=np.float64) for v in given))
    if np.any(a < 0) or np.any(b < 0):
        raise ValueError("a count is never negative")
    if np.any(ea <= 0) or np.any(eb <= 0):
        raise ValueError("an exposure is positive")
    if np.any(phi < 1):
        raise ValueError("a dispersion is at least that of Poisson's law, 1")
    known = ~(np.isnan(a) | np.isnan(b))
    share = eb / (ea + eb)
    p_value = np.full(a.shape, np.nan)
    for place in np.argwhere(known):
        i = tuple(place)
        p_value[i] = p_value_of(int(a[i]), int(b[i]), float(share[i]), float(phi[i]))
    low, high = _shares(np.where(known & (a + b > 0), b, np.nan), a + b, phi)
    with np.errstate(divide="ignore", invalid="ignore"):
        ratios = [(1 - share) / share * p / (1 - p) for p in (np.where(known, b / (a + b), np.nan), low, high)]
        percent = 100 * (b / eb - a / ea) / (a / ea)
    percent = np.where(known & (np.fmin(a, b) >= FEW), percent, np.nan)
    ratio, ratio_low, ratio_high = ratios
    return Changes(p_value, ratio, ratio_low, ratio_high, percent)


@lru_cache(maxsize=65536)
def p_value_of(reference: int, current: int, share: float = 0.5, phi: float = 1.0) -> float:
    """The p-value of `compare` for one pair of counts, `share` being that of the current one's exposure."""
    total = reference + current
    if not total:
        return 1.0
    if phi == 1:
        return float(binomtest(current, total, share).pvalue)
    tail = min(_tail(current, total, share, phi, above) for above in (False, True))
    return min(1.0, 2 * tail)


def _tail(current: int, total: int, share: float, phi: float, above: bool) -> float:
    """How often the current count, given the sum, is this one or beyond."""
    strength = total / (phi - 1)
    reached = np.arange(current, total + 1) if above else np.arange(current + 1)
    return float(betabinom.pmf(reached, total, strength * share, strength * (1 - share)).sum())


def _shares(current: _Floats, total: _Floats, phi: _Floats) -> tuple[_Floats, _Floats]:
    """The bounds of the share that the current count is of the sum: Clopper and Pearson's, wider as φ says."""
    tail = (1 - LEVEL) / 2
    low = np.where(current == 0, 0.0, beta.ppf(tail, current, total - current + 1))
    high = np.where(current == total, 1.0, beta.ppf(1 - tail, current + 1, total - current))
    for place in np.argwhere((phi > 1) & ~np.isnan(current)):
        i = tuple(place)
        wide = _wide(int(current[i]), int(total[i]), float(phi[i]))
        # Of a handful of facts that law makes the extremes likelier than the middle: nothing is surer for that.
        low[i], high[i] = min(low[i], wide[0]), max(high[i], wide[1])
    return low, high


@lru_cache(maxsize=65536)
def _wide(current: int, total: int, phi: float) -> tuple[float, float]:
    tail = (1 - LEVEL) / 2
    edges = (_CLOSE, 1 - _CLOSE)

    def bound(above: bool) -> float:
        return float(brentq(lambda share: _tail(current, total, share, phi, above) - tail, *edges, xtol=_CLOSE))

    return 0.0 if current == 0 else bound(True), 1.0 if current == total else bound(False)


def significant(p_values: ArrayLike) -> NDArray[np.bool_]:
    """Which changes of one family are called changes: p at most 0.05, and kept by Benjamini and Hochberg (1995) at
    q = 0.10 among the family. What could not be tested (NaN) is not one, and weighs on no other.
    """
    p = np.asarray(p_values, dtype=np.float64)
    called = np.zeros(p.shape, dtype=bool)
    known = ~np.isnan(p)
    if known.any():
        called[known] = (false_discovery_control(p[known], method="bh") <= FALSE_DISCOVERIES) & (p[known] <= ALPHA)
    return called
