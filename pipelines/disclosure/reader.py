"""How far a reader who holds a publication, and all that is public beside it, can narrow a withheld count."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.optimize import linprog
from scipy.sparse import csr_array, vstack

from pipelines.disclosure.system import BOUND, PART, SUM, Key, System

_NEAR = 1e-6


@dataclass(frozen=True)
class _Told:
    """What a reader knows of the atoms: `rows` are `rest`, `lower` are no less than `least`."""

    rows: csr_array
    rest: np.ndarray
    lower: csr_array
    least: np.ndarray


class Reader:
    """Holds the cells of one component that are not withheld. Counts are whole numbers, and never negative."""

    def __init__(self, system: System[Key], component: np.ndarray) -> None:
        self._component = component
        self._row = {int(place): row for row, place in enumerate(component)}
        self._base = np.array([system.cells[i].base for i in component], float)
        self._values = np.array([system.cells[i].value for i in component], float) - self._base
        self._cells = system.cells
        self._blocks = [block for block in system.blocks.values() if block[0] in self._row]
        self._relations = [r for r in system.relations if r[0] in self._row]
        made_of = system.made_of[component].tocsc()
        self._atoms = made_of[:, np.flatnonzero(np.diff(made_of.indptr))].tocsr()
        if not self._fits():  # values of several sources or days: what they share says nothing of them
            self._atoms = csr_array(np.eye(len(component)))

    def ranges(self, withheld: set[int], wanted: dict[int, tuple[float, float]]) -> dict[int, tuple[float, float]]:
        """(least, most) of each wanted place; where both ends of what is wanted are reached, no closer."""
        told = self._told(withheld)
        seen: dict[int, list[float]] = {place: [np.inf, -np.inf] for place in wanted}
        for place, (low, high) in wanted.items():
            for end, sign, enough in ((0, 1.0, low), (1, -1.0, high)):
                if sign * seen[place][end] <= sign * enough + _NEAR:
                    continue
                found = self._extreme(place, sign, told)
                if found is None:
                    seen[place][end] = -sign * np.inf
                    continue
                reached = self._atoms @ found + self._base
                for other, ends in seen.items():
                    value = float(reached[self._row[other]])
                    ends[0], ends[1] = min(ends[0], value), max(ends[1], value)
        return {place: (ends[0], ends[1]) for place, ends in seen.items()}

    def _told(self, withheld: set[int]) -> _Told:
        known = np.array([place not in withheld for place in self._component])
        same, least = self._differences((SUM,)), self._differences((PART, BOUND))
        touched, floors = self._touched(withheld)
        return _Told(
            vstack([self._atoms[known], same @ self._atoms], format="csr"),
            np.concatenate([self._values[known], -(same @ self._base)]),
            vstack([least, touched]) @ self._atoms,
            np.concatenate([-(least @ self._base), floors + 1 - touched @ self._base]),
        )

    def _touched(self, withheld: set[int]) -> tuple[csr_array, np.ndarray]:
        """The withheld blocks as sums, and their floors: one is mostly withheld because somebody is in it."""
        lines, floors = [], []
        for block in self._blocks:
            cells = [self._cells[i] for i in block]
            if withheld.issuperset(block) and sum(c.value - c.floor for c in cells) >= 1:
                lines.append(np.isin(self._component, block).astype(float))
                floors.append(sum(c.floor for c in cells))
        return csr_array(np.array(lines).reshape(len(lines), len(self._component))), np.array(floors)

    def _differences(self, kinds: tuple[str, ...]) -> csr_array:
        """Relations as coefficients over the component's cells: none is under 0."""
        chosen = [r for r in self._relations if r[2] in kinds]
        found = np.zeros((len(chosen), len(self._component)))
        for line, (whole, parts, kind) in enumerate(chosen):
            sign = -1.0 if kind == BOUND else 1.0
            found[line, self._row[whole]] = sign
            for part in parts:
                found[line, self._row[part]] -= sign
        return csr_array(found)

    def _extreme(self, place: int, sign: float, told: _Told) -> np.ndarray | None:
        """The atoms at the least (sign 1) or the most (−1) of a cell; None where there is no end."""
        found = linprog(
            sign * self._atoms[[self._row[place]]].toarray()[0],
            A_eq=told.rows,
            b_eq=told.rest,
            A_ub=-told.lower,
            b_ub=-told.least,
            method="highs",
        )
        return found.x if found.success else None

    def _fits(self) -> bool:
        """Whether counts that are made of these atoms can have these values."""
        return bool(
            linprog(np.zeros(self._atoms.shape[1]), A_eq=self._atoms, b_eq=self._values, method="highs").success
        )
