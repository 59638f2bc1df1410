"""Primary suppression of small counts, then secondary suppression until no withheld cell can be worked out."""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable

import numpy as np
from scipy.linalg import null_space
from scipy.optimize import linprog

from pipelines.disclosure.system import Cell, System

PRIMARY, SECONDARY = "C", "D"
# Not in the publication at all: sensitive or not.
ABSENT, ABSENT_SENSITIVE = "absente", "absente et sensible"
# A cell is worked out when what is published leaves it less room than this: counts are whole numbers.
_ROOM = 1.0 - 1e-6
_NONE = 1e-9
# What the rule alone tells of a withheld cell. The publication must print C and D alike, and a 0 may be D: a reader who
# knew that two cells are from 1 to 4 and that their sum is 2 would know both.
_BOUNDS = (0.0, None)


def suppress(system: System, hidden: set[Hashable] = frozenset()) -> dict[Hashable, str]:
    """Key → `C` (withheld for itself) or `D` (withheld so that another is not worked out).

    `hidden` are cells withheld in an earlier publication: they stay so. The attacker knows every other cell and every
    relation. Where cells must be added, the cheapest that shares a relation with the exposed one is taken (a greedy
    heuristic for the cell suppression problem; Hundepool et al., Statistical Disclosure Control, 2012). What follows
    from known cells alone is known, and is given.
    """
    withheld = {i: PRIMARY for i, cell in enumerate(system.cells) if cell.sensitive and cell.published}
    withheld |= {
        i: ABSENT_SENSITIVE if cell.sensitive else ABSENT
        for i, cell in enumerate(system.cells)
        if not cell.published and not cell.known
    }
    for key in hidden:
        i = system.places.get(key)
        if i is not None and i not in withheld and not system.cells[i].known:
            withheld[i] = SECONDARY
    for component in system.components():
        if any(i in withheld for i in component):
            _protect(system, component, withheld)
    return {system.cells[i].key: why for i, why in withheld.items() if system.cells[i].published}


def _protect(system: System, component: np.ndarray, withheld: dict[int, str]) -> None:
    touching = np.flatnonzero(np.diff(system.matrix[:, component].tocsr().indptr))
    block = system.matrix[touching][:, component].toarray()
    exact = system.exact[touching]
    helped: Counter[int] = Counter()
    while True:
        unknown = np.array([i in withheld for i in component])
        exposed = _exposed(system, component, block, exact, unknown, withheld)
        if not exposed:
            return
        # Each in its turn: one that was helped often waits for what the others will bring it.
        place = min(exposed, key=lambda p: (helped[p], p))
        helped[place] += 1
        chosen = _cheapest(system, component, block, unknown, place)
        if chosen is None:
            del withheld[int(component[place])]
        else:
            withheld[int(component[chosen])] = SECONDARY


def _exposed(
    system: System,
    component: np.ndarray,
    block: np.ndarray,
    exact: np.ndarray,
    unknown: np.ndarray,
    withheld: dict[int, str],
) -> list[int]:
    """The places in the component of the withheld cells that can be worked out."""
    where = np.flatnonzero(unknown)
    useful = np.any(block[:, where] != 0, axis=1)
    rows, sense = block[useful][:, where], exact[useful]
    values = np.array([system.cells[i].value for i in component])
    rest = -block[useful][:, ~unknown] @ values[~unknown]
    free = null_space(rows[sense]) if sense.any() else np.eye(len(where))
    room = np.abs(free).max(axis=1) if free.size else np.zeros(len(where))
    guarded = np.array([withheld[component[i]] != ABSENT for i in where], bool)
    if (guarded & (room < _NONE)).any():
        return where[guarded & (room < _NONE)].tolist()
    return [int(where[j]) for j in np.flatnonzero(guarded) if _range(int(j), rows, rest, sense) < _ROOM]


def _range(j: int, rows: np.ndarray, rest: np.ndarray, sense: np.ndarray) -> float:
    """How much room what is known leaves to one unknown."""
    goal = np.zeros(rows.shape[1])
    goal[j] = 1.0
    ends = []
    for sign in (1.0, -1.0):
        found = linprog(
            sign * goal,
            A_ub=-rows[~sense] if (~sense).any() else None,
            b_ub=-rest[~sense] if (~sense).any() else None,
            A_eq=rows[sense] if sense.any() else None,
            b_eq=rest[sense] if sense.any() else None,
            bounds=_BOUNDS,
            method="highs",
        )
        if found.status == 3:  # without an end
            return np.inf
        if not found.success:
            # What is published does not fit together (a revised total beside an old part): nothing follows from it.
            return np.inf
        ends.append(found.fun)
    return -ends[1] - ends[0]


def _may_hide(cell: Cell) -> bool:
    return cell.published and not cell.known


def _neighbours(block: np.ndarray, place: int) -> np.ndarray:
    """Which cells of the component share a relation with this one."""
    return np.any(block[block[:, place] != 0] != 0, axis=0)


def _cheapest(
    system: System, component: np.ndarray, block: np.ndarray, unknown: np.ndarray, exposed: int
) -> int | None:
    """The place of the published cell to withhold next: one that shares a relation with the exposed one, first those
    that close the most relations and open the fewest; the least loss, then the least count, a 0 last.
    """
    # A relation with one unknown gives it; one that had none gives the cell that is withheld next.
    unknowns = (block[:, unknown] != 0).sum(axis=1)
    opened = (block[unknowns == 0] != 0).sum(axis=0)
    closed = (block[unknowns == 1] != 0).sum(axis=0)
    for reach in (_neighbours(block, exposed), np.ones(len(component), bool)):
        candidates = [
            (opened[i] - closed[i], system.cells[component[i]].cost, system.cells[component[i]].value or np.inf, i)
            for i in np.flatnonzero(reach & ~unknown)
            if _may_hide(system.cells[component[i]])
        ]
        if candidates:
            return int(min(candidates)[-1])
    return None
