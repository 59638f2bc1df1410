"""Neighbours, ranks and limits worked out again from the tables and the public files, by code that borrows nothing from
the project: the standard library, and SciPy's laws.
"""

from __future__ import annotations

import csv
import math
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from scipy.stats import norm, poisson

Counts = Mapping[tuple[str, int], float]  # (département, year) → facts


def table(file: Path) -> list[dict[str, str]]:
    with file.open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


def neighbours(folder: Path, departement: str, among: set[str]) -> list[tuple[str, float]]:
    """(code, distance), the nearest first, of every département of `among` but this one."""
    used = {row["critere"]: row for row in table(folder / "criteres.csv") if float(row["poids"]) > 0}
    scores: dict[str, dict[str, float]] = defaultdict(dict)
    for row in table(folder / "criteres_departements.csv"):
        if row["critere"] in used and row["code_departement"] in among:
            value = float(row["valeur"])
            logged = used[row["critere"]]["transformation"] == "logarithme"
            scores[row["critere"]][row["code_departement"]] = math.log(value) if logged else value
    whole = set.intersection(*(set(values) for values in scores.values()))
    squares: dict[str, float] = defaultdict(float)
    for name, values in scores.items():
        mean = math.fsum(values[c] for c in whole) / len(whole)
        spread = math.sqrt(math.fsum((values[c] - mean) ** 2 for c in whole) / len(whole))
        for code in whole:
            squares[code] += float(used[name]["poids"]) * ((values[code] - values[departement]) / spread) ** 2
    return sorted(((c, math.sqrt(s)) for c, s in squares.items() if c != departement), key=lambda p: (p[1], p[0]))


@dataclass(frozen=True)
class Rank:
    """`place` is 1 for the highest rate; it may be anything from `low` to `high`."""

    place: int
    low: int
    high: int
    dispersion: float
    years: int


def dispersion(counts: Counts, codes: list[str], year: int, span: int = 5) -> tuple[float, int]:
    """How much more than Poisson's law these counts vary from a year to the next, their common change taken out; and
    over how many pairs of years. 1 at least.
    """
    squares, freedom, pairs = 0.0, 0, 0
    for last in range(year - span + 1, year + 1):
        both = [(counts.get((c, last - 1)), counts.get((c, last))) for c in codes]
        if any(a is None or b is None for a, b in both):
            continue
        seen = [(a, b) for a, b in both if a + b > 0]
        total = [sum(a for a, _ in seen), sum(b for _, b in seen)]
        if len(seen) < 2 or 0 in total:
            continue
        pairs += 1
        freedom += len(seen) - 1
        for a, b in seen:  # expected under one change for all: row total × column total / grand total
            for found, column in ((a, total[0]), (b, total[1])):
                expected = (a + b) * column / sum(total)
                squares += (found - expected) ** 2 / expected
    return (max(1.0, squares / freedom) if freedom else 1.0), pairs


def rank(counts: Counts, people: Mapping[str, float], own: str, near: list[str], year: int, years: int = 1) -> Rank:
    """Of the rate of `own` among those of `near`, all comparisons right together 95 times in 100."""
    phi, pairs = dispersion(counts, [own, *near], year)
    bound = norm.ppf(1 - 0.05 / (2 * len(near))) * math.sqrt(phi)

    def summed(code: str) -> float:
        return sum(counts[code, y] for y in range(year - years + 1, year + 1))

    above = surely_above = surely_below = 0
    for code in near:
        x, x0, ratio = summed(code), summed(own), people[code] / people[own]
        z = 2 * (math.sqrt(x + 3 / 8) - math.sqrt(ratio * (x0 + 3 / 8))) / math.sqrt(1 + ratio)
        above += x * people[own] > x0 * people[code]
        surely_above += z > bound
        surely_below += z < -bound
    return Rank(above + 1, surely_above + 1, len(near) + 1 - surely_below, phi, pairs)


def poisson_limits(expected: float, level: float) -> tuple[float, float]:
    """The counts under and above which Poisson's law of this mean leaves (1 − level) / 2, found step by step."""
    tail = (1 - level) / 2
    low = int(poisson.ppf(tail, expected))
    high = int(poisson.ppf(1 - tail, expected))
    return low, high


def lines(file: Path) -> list[dict[str, str]]:
    """The records of a publication of the SSMSI."""
    with file.open(encoding="utf-8-sig", newline="") as rows:
        return list(csv.DictReader(rows, delimiter=";"))


def ssmsi(rows: list[dict[str, str]]) -> tuple[dict[str, dict[tuple[str, int], float]], dict, dict]:
    """Class → counts; then (département, millésime) → inhabitants, and → dwellings."""
    counts: dict[str, dict[tuple[str, int], float]] = defaultdict(dict)
    people, homes = {}, {}
    for row in rows:
        code = row["code_departement"].zfill(2)
        if row["nombre"] not in ("", "NA"):
            counts[row["indicateur"]][code, int(row["annee"])] = float(row["nombre"])
        people[code, int(row["insee_pop_millesime"])] = float(row["insee_pop"].replace(",", "."))
        homes[code, int(row["insee_log_millesime"])] = float(row["insee_log"].replace(",", "."))
    return counts, people, homes
