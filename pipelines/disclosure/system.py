"""Cells and what is known to hold between them: the attacker's view of a publication."""

from __future__ import annotations

from collections.abc import Hashable, Iterable
from dataclasses import dataclass, field

import numpy as np
from scipy.sparse import csr_array
from scipy.sparse.csgraph import connected_components


@dataclass(frozen=True)
class Cell:
    """A count. `threshold`: from 1 to it, the cell is withheld; 0, never. `known`: anyone can read it elsewhere, so it
    is neither withheld nor of use to hide another. `cost`: how much the reader loses with it. `published` is false for
    what the publication does not hold at all: nobody is told of it, and when it is sensitive nobody may find it.
    """

    key: Hashable
    value: float
    threshold: int
    known: bool = False
    cost: float = 1.0
    published: bool = True

    @property
    def sensitive(self) -> bool:
        return not self.known and 1 <= self.value <= self.threshold


@dataclass(frozen=True)
class Relation:
    """`whole` is the sum of `parts`; when not `exact`, at least their sum."""

    whole: Hashable
    parts: tuple[Hashable, ...]
    exact: bool = True


@dataclass
class System:
    """The cells by place, and the relations as rows: coefficients over cells, and whether each is an equality."""

    cells: list[Cell]
    matrix: csr_array
    exact: np.ndarray
    places: dict[Hashable, int] = field(repr=False, default_factory=dict)

    def components(self) -> list[np.ndarray]:
        """Places of the cells that relations tie together, a cell alone left out."""
        n = len(self.cells)
        ties = abs(self.matrix.T) @ abs(self.matrix) if self.matrix.shape[0] else csr_array((n, n))
        count, label = connected_components(ties, directed=False)
        order = np.argsort(label, kind="stable")
        groups = np.split(order, np.flatnonzero(np.diff(label[order])) + 1) if count else []
        return [g for g in groups if len(g) > 1]


def build(cells: Iterable[Cell], relations: Iterable[Relation]) -> System:
    """The system of these cells; a relation with a cell that is not among them says nothing."""
    every = list(cells)
    places = {cell.key: i for i, cell in enumerate(every)}
    rows, columns, values, exact = [], [], [], []
    for relation in relations:
        members = [relation.whole, *relation.parts]
        if not relation.parts or any(m not in places for m in members):
            continue
        rows += [len(exact)] * len(members)
        columns += [places[m] for m in members]
        values += [1.0] + [-1.0] * len(relation.parts)
        exact.append(relation.exact)
    matrix = csr_array((values, (rows, columns)), shape=(len(exact), len(every)))
    return System(every, matrix, np.array(exact, bool), places)
