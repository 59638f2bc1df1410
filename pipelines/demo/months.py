"""The yearly counts of a service, spread over the months. Returns and the monthly état 4001 tell the same months."""

from __future__ import annotations

import random
from collections import Counter

from pipelines.demo.figures import Counts
from pipelines.demo.tables import read_profiles

FIRST_YEAR = 2012
MONTHS = range(1, 13)

# (year, month, service, index); a month without a fact is not held.
MonthlyCounts = dict[tuple[int, int, str, int], int]

# By kind of split (profile_4001.csv): what an ordinary year gives each month, January first.
_SEASONS = {
    "general": (95, 90, 98, 98, 102, 104, 108, 106, 101, 102, 98, 98),
    "urban": (94, 92, 98, 98, 102, 108, 112, 104, 102, 102, 94, 94),
    "rural": (96, 92, 96, 98, 100, 102, 114, 116, 102, 100, 94, 90),
    "road": (88, 86, 96, 100, 106, 108, 118, 114, 102, 98, 92, 92),
    "drugs": (96, 98, 106, 100, 104, 104, 98, 90, 100, 108, 104, 92),
}
_LOCKDOWNS = {(2020, 3): 0.75, (2020, 4): 0.45, (2020, 5): 0.75, (2020, 11): 0.7}


def spread_over_months(counts: Counts, seed: int) -> MonthlyCounts:
    recent, older = random.Random(f"{seed} mois"), random.Random(f"{seed} mois avant 2016")
    splits = {code: profile.split for code, profile in read_profiles().items()}
    monthly: MonthlyCounts = {}
    for (year, service, code), count in sorted(counts.items()):
        if year < FIRST_YEAR or not count:
            continue
        weights = month_weights(year, splits[code])
        rng = recent if year >= 2016 else older
        for month, facts in sorted(Counter(rng.choices(MONTHS, weights, k=count)).items()):
            monthly[year, month, service, code] = facts
    return monthly


def month_weights(year: int, kind: str) -> list[float]:
    return [weight * _LOCKDOWNS.get((year, month), 1.0) for month, weight in zip(MONTHS, _SEASONS[kind], strict=True)]
