"""The arithmetic of invented series: continuous paths, and whole numbers that keep their total."""

from __future__ import annotations

import math
import random
from collections.abc import Mapping, Sequence

# A year remembers part of the year before: independent draws would zigzag as no real series does.
_MEMORY = 0.6

# Half of what independent facts would do: the level already wanders by itself.
_COUNT_NOISE = 0.5


def wander(length: int, spread: float, rng: random.Random) -> list[float]:
    """Positive factors around 1, each close to the one before."""
    factors, drift = [], 0.0
    for _ in range(length):
        drift = _MEMORY * drift + rng.gauss(0.0, spread)
        factors.append(math.exp(drift))
    return factors


def anchored(known: Mapping[int, int], levels: Mapping[int, float], year: int) -> float:
    """The known value; in another year, the nearest known one moved as the levels move.

    Continuing the known values, and not the levels, is what keeps the years before and after a
    printed table from jumping.
    """
    if not known:
        return levels[year]
    nearest = min(known, key=lambda candidate: abs(candidate - year))
    return known[nearest] * levels[year] / levels[nearest]


def draw(expected: float, rng: random.Random) -> int:
    """A count around its expectation: small series move more, in proportion, than large ones.

    Rounded at random, so that a rare fact of 0.3 a year does happen; 0 stays 0.
    """
    moved = rng.gauss(expected, _COUNT_NOISE * math.sqrt(expected))
    return max(0, math.floor(moved + rng.random()))


def share(total: int, weights: Sequence[float], rng: random.Random) -> list[int]:
    """Whole parts in proportion to the weights, each within one of its quota, that sum to `total`.

    Systematic sampling: the largest remainder would always give a lone fact to the largest part.
    """
    start, whole_weight = rng.random(), math.fsum(weights)
    parts, reached, cumulated = [], 0, 0.0
    for weight in weights:
        cumulated += weight
        # Rounding first: a running sum of floats may end a hair under the total and lose a fact.
        upto = math.floor(round(total * cumulated / whole_weight, 9) + start)
        parts.append(upto - reached)
        reached = upto
    return parts
