"""The classes of a map: as many places in each, bounds that are rounded and written, the same for every year."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from pipelines.base.typography import french
from pipelines.base.wording import figure

_MOST = 5
# Fewer known values than this a class make a class of one place or two.
_LEAST_EACH = 3


@dataclass(frozen=True)
class Classes:
    """Bounds from the least to the most; a class takes its lower bound and leaves its upper one, but for the last.

    `zero`: a rate of 0 has a class of its own, before the others.
    """

    bounds: tuple[float, ...]
    zero: bool = False

    @property
    def labels(self) -> list[str]:
        """Write each class, the lowest first."""
        pairs = list(zip(self.bounds, self.bounds[1:], strict=False))
        named = [f"de {_written(low)} à moins de {_written(high)}" for low, high in pairs[:-1]]
        named += [f"de {_written(low)} à {_written(high)}" for low, high in pairs[-1:]]
        return [french(label) for label in (["0"] if self.zero else []) + named]

    def place(self, value: float) -> int:
        """Return the rank of the class that holds a value; what is beyond the bounds is in the nearest class."""
        if self.zero and value == 0:
            return 0
        inside = int(np.searchsorted(self.bounds[1:-1], value, side="right"))
        return inside + int(self.zero)


def classes_of(values: Iterable[float]) -> Classes | None:
    """Cut known values in at most five classes of about as many places; None when there is none but 0."""
    known = sorted(v for v in values if math.isfinite(v))
    positive = [v for v in known if v > 0]
    zero = len(positive) < len(known)
    if not positive:
        return Classes((), zero=True) if zero else None
    count = max(1, min(_MOST - zero, len(set(positive)) // _LEAST_EACH))
    inner = np.quantile(positive, [n / count for n in range(1, count)]).tolist() if count > 1 else []
    low, high = _down(positive[0]), _up(positive[-1])
    bounds = [low, *(b for b in _distinct(map(_near, inner)) if low < b < high), high]
    if low == high:
        bounds = [low, high]
    return Classes(tuple(bounds), zero)


def _distinct(values: Iterable[float]) -> Sequence[float]:
    return list(dict.fromkeys(values))


def _step(value: float) -> float:
    """Return the step of two significant digits at this value."""
    return 10.0 ** (math.floor(math.log10(value)) - 1)


def _near(value: float) -> float:
    return _clean(round(value / _step(value)) * _step(value))


def _down(value: float) -> float:
    return _clean(math.floor(value / _step(value) + 1e-9) * _step(value))


def _up(value: float) -> float:
    return _clean(math.ceil(value / _step(value) - 1e-9) * _step(value))


def _clean(value: float) -> float:
    return float(f"{value:.6g}")


def _written(value: float) -> str:
    return figure(int(value) if value.is_integer() else value)
