"""The limits of a funnel plot: how far from a common rate chance alone takes a place, by its size."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.stats import chi2

# What chance alone stays inside nineteen times in twenty, and 998 times in a thousand.
USUAL, RARE = 0.95, 0.998


def limits(
    rate: float, exposure: ArrayLike, per: float, level: float
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """(lower, upper) rates per `per` that a place of this exposure has by chance alone around the common `rate`.

    Exact Poisson limits of the expected count E = rate × exposure / per, through the chi-squared law: ½χ²(α/2; 2E) and
    ½χ²(1 − α/2; 2E + 2), as the Association of Public Health Observatories draws them (Statistical process control
    methods in public health intelligence, technical briefing 2, 2008; Spiegelhalter, Funnel plots for comparing
    institutional performance, Statistics in Medicine 24, 2005). Raises ValueError for an exposure or a rate that is not
    positive.
    """
    n = np.asarray(exposure, dtype=np.float64)
    if np.any(n <= 0) or rate <= 0:
        raise ValueError("a funnel needs a positive rate and a positive exposure")
    expected = rate * n / per
    tail = (1 - level) / 2
    return per * chi2.ppf(tail, 2 * expected) / 2 / n, per * chi2.ppf(1 - tail, 2 * expected + 2) / 2 / n
