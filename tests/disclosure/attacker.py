"""Whoever holds every public table and the catalogue's relations, and tries to work out what was withheld.

Shares nothing with the control: relations are written out again from the tables of meaning, and each withheld cell is
bounded over whole numbers by mixed-integer programming, all at once.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import csr_array

Key = tuple[str, str, str]


@dataclass
class Attacker:
    """`known` values by key, `withheld` keys, and what must hold: rows of (coefficient by key, lowest, highest).
    `unnamed` are counts that nobody prints, and that printed ones are made of.
    """

    known: dict[Key, float] = field(default_factory=dict)
    withheld: set[Key] = field(default_factory=set)
    unnamed: set[Key] = field(default_factory=set)
    rows: list[tuple[dict[Key, float], float, float]] = field(default_factory=list)

    def sums(self, whole: Key, parts: list[Key], exact: bool = True) -> None:
        """A whole is the sum of its parts, or no less."""
        cells = [whole, *parts]
        if all(c in self.known or c in self.withheld for c in cells) and any(c in self.withheld for c in cells):
            row = {whole: 1.0} | dict.fromkeys(parts, -1.0)
            self.rows.append((row, 0.0, 0.0 if exact else np.inf))

    def at_most(self, whole: Key, parts: list[Key]) -> None:
        """A whole is no more than the sum of these."""
        cells = [whole, *parts]
        if all(c in self.known or c in self.withheld for c in cells) and any(c in self.withheld for c in cells):
            self.rows.append(({whole: 1.0} | dict.fromkeys(parts, -1.0), -np.inf, 0.0))

    def made_of(self, whole: Key, atoms: list[Key]) -> None:
        """A printed or withheld count is the sum of counts that nobody prints."""
        if whole in self.known or whole in self.withheld:
            self.unnamed.update(a for a in atoms if a not in self.known)
            self.rows.append(({whole: 1.0} | dict.fromkeys(atoms, -1.0), 0.0, 0.0))

    def range_of(self, key: Key) -> tuple[float, float]:
        """The least and the most that a withheld or unnamed count can be, over whole numbers."""
        names = sorted(self._linked(key))
        place = {name: i for i, name in enumerate(names)}
        rows = [row for row in self.rows if any(name in place for name in row[0])]
        data, lines, columns, low, high = [], [], [], [], []
        for line, (row, least, most) in enumerate(rows):
            constant = sum(c * self.known[n] for n, c in row.items() if n in self.known and n not in place)
            low.append(least - constant)
            high.append(most - constant)
            for name, coefficient in row.items():
                if name in place:
                    data.append(coefficient)
                    lines.append(line)
                    columns.append(place[name])
        if not rows:
            return 0.0, np.inf
        matrix = csr_array((data, (lines, columns)), shape=(len(rows), len(names)))
        goal = np.zeros(len(names))
        goal[place[key]] = 1.0
        ends = []
        for sign in (1.0, -1.0):
            found = milp(
                sign * goal,
                constraints=LinearConstraint(matrix, low, high),
                integrality=np.ones(len(names)),
                bounds=Bounds(0, np.inf),
            )
            ends.append(sign * found.fun if found.success else sign * -np.inf)
        return ends[0], ends[1]

    def recovered(self) -> dict[Key, float]:
        """The withheld cells that can be only one number."""
        found = {}
        for key in sorted(self.withheld - set(self.known)):
            low, high = self.range_of(key)
            if high - low < 0.5:
                found[key] = low
        return found

    def _linked(self, key: Key) -> set[Key]:
        linked, todo = {key}, [key]
        while todo:
            name = todo.pop()
            for row, *_ in self.rows:
                if name in row:
                    new = {n for n in row if n not in self.known} - linked
                    linked |= new
                    todo += new
        return linked
