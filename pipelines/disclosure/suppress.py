"""Which cells a publication withholds, so that nobody narrows a small count, even knowing this rule.

A total is given with all of its detail or with none of it. Which details go depends only on where small counts are,
never on how small: other values in their place give the same publication, so that what is given tells nothing of them.
"""

from __future__ import annotations

from collections.abc import Iterator, Set

import numpy as np

from pipelines.disclosure.reader import Reader
from pipelines.disclosure.system import BOUND, SUM, Key, System

PRIMARY, SECONDARY = "C", "D"
Range = tuple[float, float]
_NEAR = 1e-6


def suppress(system: System[Key], hidden: Set[Key] = frozenset(), secondary: bool = True) -> dict[Key, str]:
    """Key → `C` (withheld for itself) or `D` (withheld so that another is not narrowed).

    `hidden` are cells withheld in an earlier publication: they stay so. A reader knows every other cell, what cells are
    made of, the relations and this rule; of each withheld count that may be small, every value from 1 to its threshold
    stays possible, unless what is known elsewhere alone excludes it. What follows from the rest is given. `secondary`
    off stops at small counts: for the attacker's test.
    """
    small = {i for i, cell in enumerate(system.cells) if cell.sensitive}
    if not secondary:
        return {system.cells[i].key: PRIMARY for i in small}
    before = {i for i, cell in enumerate(system.cells) if cell.key in hidden and not cell.known}
    withheld = _close(system, small | before)
    told: set[int] = set()
    for component in system.components():
        if withheld.intersection(component.tolist()):
            told |= _protect(system, component, withheld)
    withheld -= told
    return {system.cells[i].key: PRIMARY if i in small else SECONDARY for i in sorted(withheld)}


def _close(system: System[Key], start: set[int]) -> set[int]:
    """All that goes with these cells: their blocks; of a sum, all parts when one goes, or when the whole does; the
    whole when one part alone would be found; and wholes that a correction changed as it changed a part.
    """
    withheld: set[int] = set()

    def take(places: set[int]) -> bool:
        more = {b for i in places if not system.cells[i].known for b in system.blocks[system.cells[i].goes_with]}
        more = {i for i in more if not system.cells[i].known} - withheld
        withheld.update(more)
        return bool(more)

    take(start)
    changed = True
    while changed:
        changed = False
        for whole, parts, kind in system.relations:
            gone = withheld.intersection(parts)
            if (kind != BOUND and whole in withheld) or (kind == SUM and gone):
                changed |= take(set(parts))
            if kind == SUM and len(withheld.intersection(parts)) == 1:
                changed |= take({whole})
            if any(system.cells[i].revised for i in gone) and system.cells[whole].revised:
                changed |= take({whole})
    return withheld


def _protect(system: System[Key], component: np.ndarray, withheld: set[int]) -> set[int]:
    """Withhold more until no count of the component can be narrowed; returns what can be read all the same."""
    reader = Reader(system, component)
    wanted = _wanted(system, reader, component)
    spent: set[int] = set()
    while True:
        inside = {int(i) for i in component if i in withheld}
        ranges = reader.ranges(inside, {i: wanted[i] for i in sorted(inside - spent)})
        narrowed = [i for i in ranges if _narrowed(ranges[i], wanted[i])]
        if not narrowed:
            break
        more = _more(system, reader, component, narrowed[0], wanted, withheld)
        if more is None:
            spent.add(narrowed[0])
        else:
            withheld |= more
    # What a small count is exactly is given where what is known elsewhere alone tells it, never otherwise.
    inside = {int(i) for i in component if i in withheld}
    ends = reader.ranges(inside, dict.fromkeys(inside, (-np.inf, np.inf)))
    told = {i for i in inside if not system.cells[i].sensitive or wanted[i][1] - wanted[i][0] < 1 - _NEAR}
    return {i for i in told if ends[i][1] - ends[i][0] < 1 - _NEAR}


def _wanted(system: System[Key], reader: Reader, component: np.ndarray) -> dict[int, Range]:
    """What must stay possible of each count: from 1 to beyond the threshold, so that the end itself tells nothing; less
    what is known elsewhere alone excludes.
    """
    free = {int(i): system.cells[i] for i in component if not system.cells[i].known}
    goals = {
        i: (cell.floor + 1, cell.floor + max(cell.width, cell.threshold) + 1)
        for i, cell in free.items()
        if cell.threshold
    }
    elsewhere = reader.ranges(set(free), goals)
    found = dict.fromkeys(free, (np.inf, -np.inf))
    return found | {i: (max(a, elsewhere[i][0]), min(b, elsewhere[i][1])) for i, (a, b) in goals.items()}


def _narrowed(reached: Range, wanted: Range) -> bool:
    """Whether a count that may be small, for all that the reader knows, cannot be each small count."""
    (low, high), (least, most) = reached, wanted
    may_be_small = low < most - _NEAR and high > least - _NEAR
    return may_be_small and (low > least + _NEAR or high < most - _NEAR)


def _more(
    system: System[Key],
    reader: Reader,
    component: np.ndarray,
    place: int,
    wanted: dict[int, Range],
    withheld: set[int],
) -> set[int] | None:
    """What to withhold for a narrowed count: of the nearest cells, those that free it at the least loss."""
    for ring in _rings(system, component, place):
        places = [i for i in ring if i not in withheld and not system.cells[i].known]
        choices = sorted((_close(system, withheld | {i}) for i in places), key=len)
        for choice in choices:
            inside = choice.intersection(component.tolist())
            if not _narrowed(reader.ranges(inside, {place: wanted[place]})[place], wanted[place]):
                return choice
        if choices:
            return choices[0]
    return None


def _rings(system: System[Key], component: np.ndarray, place: int) -> Iterator[list[int]]:
    """The places that relations tie to this one, nearest first, then all others; each in the order of the cells."""
    seen = ring = {place}
    while ring:
        tied = ({whole, *parts} for whole, parts, _ in system.relations if whole in ring or not ring.isdisjoint(parts))
        ring = set().union(*tied) - seen
        seen = seen | ring
        yield sorted(ring)
    yield sorted(set(component.tolist()) - seen)
