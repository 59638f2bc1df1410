"""A count against another: the exact test, the ratio with its interval, and the percentage where one may be printed."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.stats import beta, binomtest, false_discovery_control

from pipelines.statistics.intervals import LEVEL

# A change is called one when chance alone would give it less often than this…
ALPHA = 0.05
# … and when, of the changes of its family so called, this share at most is expected to be chance's.
FALSE_DISCOVERIES = 0.10
# Under it, on either side, a percentage says nothing: both counts are printed instead.
FEW = 10


@dataclass(frozen=True)
class Changes:
    """One entry a comparison. `ratio` is current over reference, by unit of exposure; NaN where there is none."""

    p_value: NDArray[np.float64]
    ratio: NDArray[np.float64]
    ratio_low: NDArray[np.float64]
    ratio_high: NDArray[np.float64]
    percent: NDArray[np.float64]


def compare(
    reference: ArrayLike, current: ArrayLike, reference_exposure: ArrayLike = 1.0, current_exposure: ArrayLike = 1.0
) -> Changes:
    """Compare counts of facts two by two; NaN on either side gives NaN.

    Given their sum, the current count is binomial with the share of its exposure: the exact conditional test of two
    Poisson rates (Przyborowski and Wilenski, 1940), two-sided as `scipy.stats.binomtest` has it. The interval of the
    ratio comes from Clopper and Pearson's of that binomial (1934). The percentage is absent when the reference is 0,
    or when either count is under 10. Raises ValueError for a negative count or an exposure that is not positive.
    """
    a, b, ea, eb = np.broadcast_arrays(
        *(np.asarray(v, dtype=np.float64) for v in (reference, current, reference_exposure, current_exposure))
    )
    if np.any(a < 0) or np.any(b < 0):
        raise ValueError("a count is never negative")
    if np.any(ea <= 0) or np.any(eb <= 0):
        raise ValueError("an exposure is positive")
    known = ~(np.isnan(a) | np.isnan(b))
    share = eb / (ea + eb)
    p_value = np.full(a.shape, np.nan)
    for place in np.argwhere(known):
        i = tuple(place)
        p_value[i] = _p_value(int(a[i]), int(b[i]), float(share[i]))
    ratios = _ratios(np.where(known & (a + b > 0), b, np.nan), a + b, share)
    with np.errstate(divide="ignore", invalid="ignore"):
        percent = 100 * (b / eb - a / ea) / (a / ea)
    percent = np.where(known & (np.fmin(a, b) >= FEW), percent, np.nan)
    return Changes(p_value, *ratios, percent)


def against_years(current: ArrayLike, base_sum: ArrayLike, years: ArrayLike) -> NDArray[np.float64]:
    """The p-value of a count against the sum of the same period of the k years before it: x ~ Bin(x + B, 1/(k + 1))."""
    k = np.asarray(years, dtype=np.float64)
    return compare(base_sum, current, reference_exposure=np.maximum(k, 1)).p_value


@lru_cache(maxsize=65536)
def _p_value(reference: int, current: int, share: float) -> float:
    total = reference + current
    return float(binomtest(current, total, share).pvalue) if total else 1.0


def _ratios(current: NDArray, total: NDArray, share: NDArray) -> tuple[NDArray, NDArray, NDArray]:
    """The ratio of the rates and its bounds: those of Clopper and Pearson for the binomial, as odds."""
    tail = (1 - LEVEL) / 2
    low = np.where(current == 0, 0.0, beta.ppf(tail, current, total - current + 1))
    high = np.where(current == total, 1.0, beta.ppf(1 - tail, current + 1, total - current))
    with np.errstate(divide="ignore", invalid="ignore"):
        return tuple((1 - share) / share * p / (1 - p) for p in (current / total, low, high))


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
