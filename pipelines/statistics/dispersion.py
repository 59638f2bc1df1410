"""How much more than by chance the counts of a series vary: φ, their variance over their mean, from its past."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

# Two counts of fewer facts than this in all say nothing of their variance.
FEWEST = 10
# What all series have in common weighs as much as this many comparisons of a series' own.
WEIGHT = 4


def squares(before: ArrayLike, after: ArrayLike) -> NDArray[np.float64]:
    """z² = (b − a)² / (a + b) of pairs of counts, of expectation φ when nothing changes; NaN under ten facts in all."""
    a, b = np.broadcast_arrays(np.asarray(before, dtype=np.float64), np.asarray(after, dtype=np.float64))
    total = a + b
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(total >= FEWEST, (b - a) ** 2 / total, np.nan)


def common(pool: ArrayLike) -> float:
    """φ0 of a family: the mean of the z² of all its series, at least 1; 1 when there is none."""
    z2 = np.asarray(pool, dtype=np.float64)
    return max(1.0, float(z2.mean())) if len(z2) else 1.0


def shrunk(total: ArrayLike, n: ArrayLike, family: ArrayLike) -> NDArray[np.float64]:
    """φ of a series: the mean of its own `n` z², of sum `total`, drawn to its family's φ0 as if that were four more of
    them (Pearson's estimator, McCullagh and Nelder, 1989; its mean with a common one, Efron and Morris, 1975). At least
    1: that counts vary less than by chance is not believed.
    """
    squares = np.asarray(total, np.float64) + WEIGHT * np.asarray(family, np.float64)
    return np.asarray(np.maximum(1.0, squares / (np.asarray(n) + WEIGHT)), np.float64)
