"""Cells, what they are made of, and what holds between them: all that a reader of a publication may put together."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Generic, TypeVar

import numpy as np
from scipy.sparse import csr_array
from scipy.sparse.csgraph import connected_components

SUM, PART, BOUND = "somme", "partie", "borne"
_NEAR = 1e-6
# What names a cell.
Key = TypeVar("Key", bound=Hashable)


@dataclass(frozen=True)
class Cell(Generic[Key]):
    """A count of persons or of facts. From 1 to `threshold` it is withheld; 0, never for itself. `width`: every value
    from 1 to it, if not to the threshold, is to stay possible.

    `known`: anyone can read it elsewhere, so it is neither withheld nor of use to hide another. `floor`: the part of it
    that is known elsewhere; what is protected is the rest. `base`: what of that part no other cell holds. `block`: the
    cells that are given or withheld together, such as the four quarters of a year. `revised`: an earlier publication
    gave another value of it.
    """

    key: Key
    value: float
    threshold: int
    width: int = 0
    known: bool = False
    floor: float = 0.0
    base: float = 0.0
    block: Hashable = None
    revised: bool = False

    @property
    def goes_with(self) -> Hashable:
        """The block of the cell; its own, where it has none."""
        return self.key if self.block is None else self.block

    @property
    def sensitive(self) -> bool:
        return not self.known and 0 < self.value - self.floor <= self.threshold


@dataclass(frozen=True)
class Relation(Generic[Key]):
    """`whole` is the sum of `parts`, which have nothing in common (SUM); at least their sum (PART); at most (BOUND)."""

    whole: Key
    parts: tuple[Key, ...]
    kind: str = SUM


@dataclass
class System(Generic[Key]):
    """The cells by place; the relations that their values keep, as places (whole, parts, kind); `made_of`, cells by
    atoms, the least counts that cells share: coefficients 0 or 1; `blocks`, the places of each.
    """

    cells: list[Cell[Key]]
    relations: list[tuple[int, tuple[int, ...], str]]
    made_of: csr_array
    blocks: dict[Hashable, list[int]] = field(repr=False, default_factory=dict)

    def components(self) -> list[np.ndarray]:
        """Places of the cells that relations or common atoms tie together."""
        n, m = len(self.cells), len(self.relations)
        lines = [line for line, (_, parts, _) in enumerate(self.relations) for _ in range(len(parts) + 1)]
        members = [i for whole, parts, _ in self.relations for i in (whole, *parts)]
        related = csr_array((np.ones(len(lines)), (lines, members)), shape=(m, n))
        count, label = connected_components(related.T @ related + self.made_of @ self.made_of.T, directed=False)
        order = np.argsort(label, kind="stable")
        return np.split(order, np.flatnonzero(np.diff(label[order])) + 1) if count else []


def build(
    cells: Iterable[Cell[Key]],
    relations: Iterable[Relation[Key]],
    elements: Mapping[Key, Iterable[Hashable]] | None = None,
) -> System[Key]:
    """The system of these cells. `elements` says what each cell counts, for those that may overlap: two cells have in
    common what stands in both. A relation with a cell that is not among them says nothing; nor does one that their
    values do not keep, such as a revised total beside an old part.
    """
    every = list(cells)
    places = {cell.key: i for i, cell in enumerate(every)}
    kept = []
    for relation in dict.fromkeys(relations):
        if not relation.parts or any(m not in places for m in (relation.whole, *relation.parts)):
            continue
        left = every[places[relation.whole]].value - sum(every[places[p]].value for p in relation.parts)
        if {SUM: abs(left) < _NEAR, PART: left > -_NEAR, BOUND: left < _NEAR}[relation.kind]:
            kept.append((places[relation.whole], tuple(places[p] for p in relation.parts), relation.kind))
    blocks: dict[Hashable, list[int]] = defaultdict(list)
    for i, cell in enumerate(every):
        blocks[cell.goes_with].append(i)
    return System(every, kept, _atoms(every, elements or {}), dict(blocks))


def _atoms(cells: list[Cell[Key]], elements: Mapping[Key, Iterable[Hashable]]) -> csr_array:
    """Elements that the same cells count are one atom; a cell without elements is one of its own."""
    holders: dict[Hashable, list[int]] = defaultdict(list)
    for i, cell in enumerate(cells):
        for element in elements.get(cell.key, ((cell.key, "seul"),)):
            holders[element].append(i)
    atoms = sorted({tuple(places) for places in holders.values()})
    lines = [i for places in atoms for i in places]
    columns = [column for column, places in enumerate(atoms) for _ in places]
    return csr_array((np.ones(len(lines)), (lines, columns)), shape=(len(cells), len(atoms)))
