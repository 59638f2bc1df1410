"""What chance allows: a count against the same period of the years before."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    import pandas as pd


# Fewer series than this are not enough to measure how much they vary together.
_ENOUGH = 30


def jumps(frame: pd.DataFrame) -> pd.DataFrame:
    """Add `attendu` (mean of the base periods) and `ecart` (−log10 of a two-sided p-value) to counts and their base.

    `frame` has one row a series and period: `source`, `periode`, `observe` (count x), `base` (sum B of the k same
    periods of the years before), `n_annees` (k). Under one constant Poisson rate, x given x + B is binomial
    (x + B, 1/(k + 1)): the exact conditional test of two Poisson counts (Przyborowski and Wilenski, 1940). Recorded
    offences vary more than that: the deviate is divided by the square root of the source's own overdispersion, as for
    the limits of a funnel plot (Spiegelhalter, 2005), estimated by the median so that the jumps themselves do not
    weigh. Counts are numbers of facts; `ecart` has no unit.
    """
    if frame.empty:
        return frame.assign(attendu=None, ecart=None)
    # `scipy.special` has what these three laws need, and `scipy.stats` takes a second to import. The two tails of a
    # binomial are incomplete beta functions (Abramowitz and Stegun, 26.5.24).
    from scipy.special import betainc, log_ndtr, ndtri

    x = frame["observe"].astype(float).to_numpy()
    base = frame["base"].astype(float).to_numpy()
    years = frame["n_annees"].astype(float).to_numpy()
    share = 1 / (years + 1)
    at_most = np.where(base > 0, betainc(np.maximum(base, 1), x + 1, 1 - share), 1.0)
    at_least = np.where(x > 0, betainc(np.maximum(x, 1), base + 1, share), 1.0)
    deviate = -ndtri(np.maximum(np.minimum(at_most, at_least), np.exp(-700.0)))
    deviate = np.maximum(deviate, 0) / np.sqrt(_dispersion(frame, deviate))
    return frame.assign(attendu=base / years, ecart=np.maximum(-(log_ndtr(-deviate) + np.log(2)) / np.log(10), 0.0))


def _dispersion(frame: pd.DataFrame, deviate: np.ndarray) -> np.ndarray:
    """By source and length of period: how many times a Poisson variance the squared deviates show, never under 1."""
    from scipy.special import chdtri

    group = [frame["source"], frame["periode"].str.len()]
    squares = frame["observe"].astype(float).mul(0).add(deviate**2).groupby(group)
    ratio = squares.transform("median") / chdtri(1, 0.5)
    factors: np.ndarray = ratio.where(squares.transform("size") >= _ENOUGH, 1.0).clip(lower=1.0).to_numpy()
    return factors
