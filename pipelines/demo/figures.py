"""Invented counts by year, service and index, which add up to the totals that the plan prints."""

from __future__ import annotations

import random
from dataclasses import dataclass

from pipelines.demo.series import anchored, draw, share, wander
from pipelines.demo.tables import ALL_SERVICES, Printed, Profile, read_printed, read_profiles, read_services

# The years that the plan's tables anchor are drawn together; the later ones continue them, and never change them.
_ANCHORED_YEARS = range(2012, 2021)
_LATER_YEARS = range(2021, 2025)
YEARS = range(_ANCHORED_YEARS.start, _LATER_YEARS.stop)

_LEVEL_YEAR = 2016
_REFERENCE_YEARS = range(2018, 2021)
_LEVEL_SPREAD = 0.04
_SPLIT_SPREAD = 0.04

# (year, service, index)
Counts = dict[tuple[int, str, int], int]
Yearly = dict[int, float]


@dataclass(frozen=True)
class _Part:
    """Indexes that no other part holds, with what is printed of them by unit, then by year."""

    indexes: tuple[int, ...]
    printed: dict[str, dict[int, int]]


@dataclass(frozen=True)
class _Model:
    """What to expect of each index (`levels`) and of each service in it (`splits`, which sum to 1)."""

    services: list[str]
    levels: dict[int, Yearly]
    splits: dict[tuple[int, str], Yearly]
    rng: random.Random

    def from_total(self, part: _Part) -> Counts:
        """Nothing is printed by service: the total is shared among the indexes, then each index."""
        counts: Counts = {}
        expected = {year: sum(self.levels[code][year] for code in part.indexes) for year in _ANCHORED_YEARS}
        for year in _ANCHORED_YEARS:
            total = self._total(part.printed.get(ALL_SERVICES, {}), expected, year)
            of_index = share(total, [self.levels[code][year] for code in part.indexes], self.rng)
            for code, count in zip(part.indexes, of_index, strict=True):
                of_service = share(count, [self.splits[code, name][year] for name in self.services], self.rng)
                for name, value in zip(self.services, of_service, strict=True):
                    counts[year, name, code] = value
        return counts

    def from_services(self, part: _Part) -> Counts:
        """Totals are printed by service: they come first, and each service shares its own."""
        counts: Counts = {}
        for name in self.services:
            expected = {
                year: sum(self.levels[code][year] * self.splits[code, name][year] for code in part.indexes)
                for year in _ANCHORED_YEARS
            }
            for year in _ANCHORED_YEARS:
                total = self._total(part.printed.get(name, {}), expected, year)
                of_index = share(total, [self.levels[code][year] for code in part.indexes], self.rng)
                for code, value in zip(part.indexes, of_index, strict=True):
                    counts[year, name, code] = value
        return counts

    def _total(self, printed: dict[int, int], expected: Yearly, year: int) -> int:
        return printed[year] if year in printed else draw(anchored(printed, expected, year), self.rng)


def invent(seed: int) -> Counts:
    """The count of every used index in every service and year."""
    rng = random.Random(seed)
    services, profiles = read_services(), read_profiles()
    model = _Model([service.name for service in services], {}, {}, rng)
    for code, profile in profiles.items():
        model.levels[code] = _level(profile, rng)
        weights = {service.name: _wandering(service.weights[profile.split], rng) for service in services}
        for name, weight in weights.items():
            model.splits[code, name] = {
                year: weight[year] / sum(other[year] for other in weights.values()) for year in _ANCHORED_YEARS
            }
    counts: Counts = {}
    for part in _parts(read_printed(), list(profiles)):
        by_service = part.printed.keys() - {ALL_SERVICES}
        counts |= model.from_services(part) if by_service else model.from_total(part)
    return counts | _later(counts, profiles, model.services, random.Random(f"{seed} {_LATER_YEARS.start}"))


def _later(counts: Counts, profiles: dict[int, Profile], services: list[str], rng: random.Random) -> Counts:
    """The years after those that the plan prints: the last three, without what 2020 took away, moved on.

    Half of what 2020 took is still missing in 2021.
    """
    later: Counts = {}
    for code, profile in profiles.items():
        usual = dict.fromkeys(_REFERENCE_YEARS, 1.0) | {2020: 1 + profile.change_2020}
        of_service = [sum(counts[year, name, code] for year in _REFERENCE_YEARS) for name in services]
        base = sum(counts[year, name, code] / usual[year] for year in _REFERENCE_YEARS for name in services)
        factors = wander(len(_LATER_YEARS), _LEVEL_SPREAD, rng)
        for year, factor in zip(_LATER_YEARS, factors, strict=True):
            expected = base / len(_REFERENCE_YEARS) * factor * (1 + profile.yearly_change) ** (year - 2019)
            if year == _LATER_YEARS.start:
                expected *= 1 + profile.change_2020 / 2
            values = share(draw(expected, rng), of_service, rng) if any(of_service) else [0] * len(services)
            for name, value in zip(services, values, strict=True):
                later[year, name, code] = value
    return later


def _level(profile: Profile, rng: random.Random) -> Yearly:
    level = {
        year: factor * (1 + profile.yearly_change) ** (year - _LEVEL_YEAR)
        for year, factor in _wandering(profile.level, rng, _LEVEL_SPREAD).items()
    }
    level[2020] *= 1 + profile.change_2020
    return level


def _wandering(around: float, rng: random.Random, spread: float = _SPLIT_SPREAD) -> Yearly:
    return {
        year: around * factor
        for year, factor in zip(_ANCHORED_YEARS, wander(len(_ANCHORED_YEARS), spread, rng), strict=True)
    }


def _parts(printed: list[Printed], codes: list[int]) -> list[_Part]:
    """Cut the indexes so that each belongs to one part.

    The plan prints groups inside others (burglaries inside thefts without violence). Taking the
    smallest first leaves to each larger group what the smaller ones do not hold, so the printed
    totals hold by construction and nothing is adjusted afterwards.
    """
    by_indexes: dict[tuple[int, ...], dict[str, dict[int, int]]] = {}
    for line in printed:
        by_indexes.setdefault(line.indexes, {})[line.unit] = line.values
    parts: list[_Part] = []
    for indexes, units in sorted(by_indexes.items(), key=lambda item: len(item[0])):
        inside = [part for part in parts if set(part.indexes) <= set(indexes)]
        held = {code for part in inside for code in part.indexes}
        left = {
            unit: {year: value - sum(part.printed[unit][year] for part in inside) for year, value in values.items()}
            for unit, values in units.items()
        }
        parts.append(_Part(tuple(code for code in indexes if code not in held), left))
    held = {code for part in parts for code in part.indexes}
    return [*parts, *(_Part((code,), {}) for code in codes if code not in held)]
