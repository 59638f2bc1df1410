"""The promise of the public edition, held against the attacker: nothing is found, no small count is narrowed."""

from __future__ import annotations

from dataclasses import dataclass, field

from tests.disclosure.attacker import Attacker, Key


@dataclass
class Broken:
    """`withheld` counts; those `found` exactly, and the small ones `narrowed`, with the range that is left."""

    withheld: int = 0
    small: int = 0
    found: dict[Key, float] = field(default_factory=dict)
    narrowed: dict[Key, tuple[float, float]] = field(default_factory=dict)


def held_against(attacker: Attacker, elsewhere: Attacker, truth: dict[Key, tuple[float, int]]) -> Broken:
    """`elsewhere` knows only what others publish: what it narrows already, no edition could protect. `truth`: the count
    and the threshold under each key, months that nobody prints included.
    """
    told = Broken()
    months = {n for n in attacker.unnamed if not n[0].startswith("atome ")} - set(attacker.known)
    for key in sorted(attacker.withheld | months):
        if key not in truth or key in attacker.known:
            continue
        value, threshold = truth[key]
        low, high = attacker.range_of(key)
        least, most = elsewhere.range_of(key)
        told.withheld += key in attacker.withheld
        exact = high - low < 0.5 <= most - least
        if exact and key in attacker.withheld:
            told.found[key] = low
        if 1 <= value <= threshold:
            told.small += 1
            if low > max(1, least) or high < min(threshold, most):
                told.narrowed[key] = (low, high)
    return told
