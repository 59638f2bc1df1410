"""Invented road accidents, whose yearly totals are given: the national file and the barometer tell the same ones.

For the Lot, 2018 and 2019 are the accidents, the killed and the injured that the plan prints.
"""

from __future__ import annotations

import calendar
import random
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date

from pipelines.demo.communes import Communes
from pipelines.demo.tables import own_rows

YEARS = range(2015, 2025)
LOT = "46"

UNHURT, KILLED, HOSPITALISED, SLIGHT = 1, 2, 3, 4
DRIVER, PASSENGER, PEDESTRIAN = 1, 2, 3
TO_WORK, TO_SCHOOL, SHOPPING, AT_WORK, LEISURE = 1, 2, 3, 4, 5

# By arrondissement: a point that accidents are scattered around.
_CENTRES = {"461": (44.45, 1.44), "462": (44.62, 1.99), "463": (44.79, 1.45)}
_MONTHS = (7, 6, 7, 8, 9, 10, 12, 11, 9, 9, 7, 7)
_HOURS = (2, 1, 1, 1, 1, 2, 4, 7, 8, 6, 6, 7, 7, 6, 8, 9, 10, 12, 11, 8, 6, 4, 3, 3)
# The official codes of vehicles, and how often each is in an accident.
CYCLE, MOPED, CAR, VAN, LORRY, TRACTOR, LIGHT_MOTORCYCLE, MOTORCYCLE = 1, 2, 7, 10, 14, 21, 31, 33
_KINDS = {CYCLE: 6, MOPED: 4, CAR: 58, VAN: 8, LORRY: 5, TRACTOR: 1, LIGHT_MOTORCYCLE: 4, MOTORCYCLE: 14}
EXPOSED = {CYCLE, MOPED, LIGHT_MOTORCYCLE, MOTORCYCLE}
# Bounds of age, with the weight of each band.
_DRIVERS = {(18, 24): 18, (25, 29): 10, (30, 49): 30, (50, 64): 22, (65, 74): 11, (75, 90): 9}
_AGES = {
    CYCLE: {(9, 17): 20, (18, 49): 35, (50, 74): 40, (75, 84): 5},
    MOPED: {(14, 17): 65, (18, 29): 20, (30, 70): 15},
    LIGHT_MOTORCYCLE: {(16, 17): 35, (18, 64): 65},
    MOTORCYCLE: {(18, 24): 15, (25, 49): 50, (50, 69): 35},
    LORRY: {(22, 62): 1},
    VAN: {(19, 63): 1},
}
_ON_FOOT = {(5, 17): 20, (18, 64): 40, (65, 74): 15, (75, 92): 25}
_CARRIED = {(1, 13): 20, (14, 17): 15, (18, 24): 20, (25, 64): 30, (65, 90): 15}


@dataclass(frozen=True)
class Person:
    """Someone in an accident; `vehicle` is the one they were in, or that hit them."""

    vehicle: int
    role: int
    severity: int
    sex: int
    born: int | None
    trip: int
    place: int


@dataclass(frozen=True)
class Accident:
    department: str
    commune: str
    day: date
    hour: int
    minute: int
    in_town: bool
    latitude: float
    longitude: float
    road: int
    vehicles: tuple[int, ...]
    persons: tuple[Person, ...]
    causes: frozenset[str]

    def hurt(self, severity: int) -> int:
        return sum(person.severity == severity for person in self.persons)


def invent_accidents(communes: Communes, seed: int) -> list[Accident]:
    """Every accident, by date."""
    rng = random.Random(f"{seed} accidents")
    found = []
    for row in own_rows("accident_totals.csv"):
        totals = {name: int(row[name]) for name in ("accidents", "killed", "hospitalised", "slight")}
        year, places = int(row["year"]), _places(row["code_departement"], int(row["year"]), communes)
        for victims in _victims(totals, rng):
            place = rng.choices([place for _, place in places], [weight for weight, _ in places])[0]
            found.append(_accident(row["code_departement"], year, place, victims, rng))
    return sorted(found, key=lambda accident: (accident.day, accident.hour, accident.minute, accident.commune))


def _places(department: str, year: int, communes: Communes) -> list[tuple[float, tuple[str, float, float]]]:
    if department == LOT:
        return [
            (commune.population_2017**0.8, (commune.code, *_CENTRES[commune.arrondissement]))
            for commune in communes.of_year(year)
        ]
    return [
        (float(row["weight"]), (row["code_commune"], float(row["latitude"]), float(row["longitude"])))
        for row in own_rows("accident_places.csv")
        if row["code_departement"] == department
    ]


def _victims(totals: dict[str, int], rng: random.Random) -> list[list[int]]:
    """What each accident did to its victims: one at least, and the totals in all."""
    severities = [KILLED] * totals["killed"] + [HOSPITALISED] * totals["hospitalised"] + [SLIGHT] * totals["slight"]
    rng.shuffle(severities)
    victims = [[severities.pop()] for _ in range(totals["accidents"])]
    for severity in severities:
        rng.choice(victims).append(severity)
    return victims


def _accident(
    department: str, year: int, place: tuple[str, float, float], victims: list[int], rng: random.Random
) -> Accident:
    commune, latitude, longitude = place
    month = rng.choices(range(1, 13), _MONTHS)[0]
    day = date(year, month, rng.randint(1, calendar.monthrange(year, month)[1]))
    hour = rng.choices(range(24), _HOURS)[0]
    in_town = rng.random() < 0.35
    vehicles, persons = _involved(day, victims, in_town, rng)
    chances = {"alcool": 0.3 if hour < 6 or hour > 20 else 0.12, "stupefiants": 0.12, "vitesse": 0.28}
    chances["distracteur"] = 0.22
    return Accident(
        department,
        commune,
        day,
        hour,
        rng.randrange(0, 60, 5),
        in_town,
        round(latitude + rng.uniform(-0.12, 0.12), 5),
        round(longitude + rng.uniform(-0.12, 0.12), 5),
        rng.choices((1, 2, 3, 4), (3, 6, 68, 23) if not in_town else (0, 4, 46, 50))[0],
        tuple(vehicles),
        tuple(persons),
        frozenset(cause for cause, chance in chances.items() if rng.random() < chance),
    )


def _involved(day: date, victims: list[int], in_town: bool, rng: random.Random) -> tuple[list[int], list[Person]]:
    on_foot = len(victims) <= 2 and rng.random() < (0.22 if in_town else 0.03)
    number = 1 if on_foot else rng.choices((1, 2, 3), (42, 50, 8))[0]
    vehicles = rng.choices(list(_KINDS), list(_KINDS.values()), k=number)
    if on_foot:
        vehicles = [rng.choice((CAR, CAR, CAR, VAN))]
    elif len(victims) > number and CAR not in vehicles:
        vehicles[-1] = CAR  # someone has to carry the passengers
    # Whoever rides unprotected is hurt first.
    vehicles.sort(key=lambda kind: kind not in EXPOSED)
    hurt = iter(victims)
    persons = [
        _driver(index, kind, UNHURT if on_foot else next(hurt, UNHURT), day, rng) for index, kind in enumerate(vehicles)
    ]
    for severity in hurt:
        if on_foot:
            persons.append(_person(0, PEDESTRIAN, severity, _ON_FOOT, LEISURE, 10, day, rng))
        else:
            carrying = [index for index, kind in enumerate(vehicles) if kind == CAR]
            persons.append(_passenger(rng.choice(carrying), severity, persons, day, rng))
    if not on_foot and CAR in vehicles and rng.random() < 0.2:
        persons.append(_passenger(vehicles.index(CAR), UNHURT, persons, day, rng))
    return vehicles, persons


def _driver(index: int, kind: int, severity: int, day: date, rng: random.Random) -> Person:
    driver = _person(index, DRIVER, severity, _AGES.get(kind, _DRIVERS), LEISURE, 1, day, rng)
    age = day.year - driver.born if driver.born else 40
    working = 18 <= age <= 64 and day.weekday() < 5
    if kind == LORRY or (kind in {VAN, TRACTOR} and working):
        trip = AT_WORK
    elif age < 18:
        trip = TO_SCHOOL if day.weekday() < 5 and rng.random() < 0.4 else LEISURE
    elif working:
        trip = rng.choices((TO_WORK, SHOPPING, AT_WORK, LEISURE), (28, 14, 9, 49))[0]
    else:
        trip = rng.choices((SHOPPING, LEISURE), (25, 75))[0]
    return replace(driver, trip=trip)


def _passenger(index: int, severity: int, persons: list[Person], day: date, rng: random.Random) -> Person:
    place = 2 + sum(person.vehicle == index and person.role == PASSENGER for person in persons)
    return _person(index, PASSENGER, severity, _CARRIED, LEISURE, min(place, 9), day, rng)


def _person(
    vehicle: int,
    role: int,
    severity: int,
    ages: dict[tuple[int, int], int],
    trip: int,
    place: int,
    day: date,
    rng: random.Random,
) -> Person:
    youngest, oldest = rng.choices(list(ages), list(ages.values()))[0]
    # The year of birth of one person in a hundred is not known.
    born = None if rng.random() < 0.01 else day.year - rng.randint(youngest, oldest)
    return Person(vehicle, role, severity, 1 if rng.random() < 0.66 else 2, born, trip, place)


def of_lot(accidents: list[Accident], year: int) -> Iterator[Accident]:
    return (a for a in accidents if a.department == LOT and a.day.year == year)
