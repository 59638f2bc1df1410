"""`python -m tests.disclosure.attack 300`: the attacker on that many hostile homes, with and without protection."""

from __future__ import annotations

import sys
from dataclasses import dataclass

from tests.disclosure.holdings import attacker_of
from tests.disclosure.homes import drawn, editions
from tests.disclosure.promise import Broken, held_against


@dataclass
class Attacked:
    """Over several homes: counts withheld, small counts among all, counts found, small counts narrowed."""

    homes: int = 0
    withheld: int = 0
    small: int = 0
    found: int = 0
    narrowed: int = 0

    def add(self, broken: Broken) -> None:
        self.homes += 1
        self.withheld += broken.withheld
        self.small += broken.small
        self.found += len(broken.found)
        self.narrowed += len(broken.narrowed)


def attacked(seed: int, secondary: bool = True) -> Broken:
    """One home: all that its editions print, against what was true when the last was given."""
    given = list(editions(drawn(seed), seed, secondary))
    public = [tables for tables, _ in given]
    return held_against(attacker_of(public), attacker_of(public, elsewhere=True), given[-1][1])


def main(homes: int) -> int:
    totals = {True: Attacked(), False: Attacked()}
    for seed in range(homes):
        totals[True].add(attacked(seed))
        if seed < homes // 10:
            totals[False].add(attacked(seed, secondary=False))
    for secondary, said in totals.items():
        print("avec toute la protection" if secondary else "petits nombres seuls tus", said)
    return int(bool(totals[True].found or totals[True].narrowed or not totals[False].found))


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]) if len(sys.argv) > 1 else 300))
