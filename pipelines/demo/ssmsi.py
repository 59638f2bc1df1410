"""The SSMSI's base by département, in two vintages: every département, so that France and the régions add up.

For 2016 to 2019, the classes that the plan's table A takes its France column from add up to that column. The plan's
« coups et blessures volontaires » is a class of the older vintage only; the later one has split it otherwise.
A CSV has no room for a notice: the only mark of these files is their name.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from pipelines.demo.communes import Communes
from pipelines.demo.documents import Cell, write_csv
from pipelines.demo.figures import Counts
from pipelines.demo.series import draw, share
from pipelines.demo.tables import expand, own_rows

YEARS = range(2016, 2025)
OLD_YEARS = range(2016, 2023)
LOT = "46"

_NEW_HEADER = (
    "code_departement;code_region;annee;indicateur;unite_de_compte;nombre;taux_pour_mille;insee_pop;"
    "insee_pop_millesime;insee_log;insee_log_millesime"
)
_OLD_HEADER = "classe;annee;Code.département;Code.région;unité.de.compte;millPOP;millLOG;faits;POP;LOG;tauxpourmille"
_PRINTED_YEARS = range(2016, 2020)
_LAST_CENSUS = 2021
_OLD_CBV = "Coups et blessures volontaires"
_USAGE = "Usage de stupéfiants"
# The part of drug use settled by a fixed fine, which the law made possible in 2020.
_FINED = {2020: 0.17, 2021: 0.46, 2022: 0.56, 2023: 0.62, 2024: 0.67}
# The part of the older class that is within the family; it grows.
_WITHIN_FAMILY = {year: 0.44 + 0.012 * (year - YEARS.start) for year in YEARS}


@dataclass(frozen=True)
class _Class:
    """A class of facts under the names of each vintage ("" if it is not there), and what each place counts of it."""

    name: str
    unit: str
    old_name: str
    old_unit: str
    per: str
    values: dict[tuple[int, str], int]


@dataclass(frozen=True)
class _Department:
    code: str
    region: str
    population: dict[int, int]
    dwellings: dict[int, int]


def write_ssmsi(folder: Path, counts: Counts, communes: Communes, seed: int) -> list[Path]:
    rng = random.Random(f"{seed} ssmsi")
    departments = _read_departments(communes, rng)
    classes = list(_classes(counts, departments, rng))
    new = folder / "donnee-dep-2024-geographie2025-demonstration.csv"
    write_csv(new, _NEW_HEADER.split(";"), _new_rows(classes, departments), delimiter=";", encoding="utf-8-sig")
    old = folder / "donnee-dep-2022-geographie2022-demonstration.csv"
    rows = _old_rows(_old_vintage(classes, rng), departments)
    write_csv(old, _OLD_HEADER.split(";"), rows, delimiter=";", encoding="utf-8-sig")
    return [old, new]


def _read_departments(communes: Communes, rng: random.Random) -> list[_Department]:
    found = []
    censuses = range(_census(YEARS.start), _LAST_CENSUS + 1)
    for row in own_rows("departements_ssmsi.csv"):
        people, dwellings = int(row["population_2017"]), int(row["logements_2017"])
        growth = rng.gauss(0.002, 0.003)
        population = {census: round(people * (1 + growth) ** (census - 2017)) for census in censuses}
        if row["code_departement"] == LOT:
            population = {census: communes.total(census) for census in censuses}
        built = {census: round(dwellings * 1.008 ** (census - 2017)) for census in censuses}
        found.append(_Department(row["code_departement"], row["code_region"], population, built))
    return found


def _census(year: int) -> int:
    """The census that divides a year: the one in force, two years older, as long as there is one."""
    return min(year - 2, _LAST_CENSUS)


def _classes(counts: Counts, departments: Sequence[_Department], rng: random.Random) -> Iterator[_Class]:
    others = [department for department in departments if department.code != LOT]
    levels = {department.code: rng.lognormvariate(0, 0.22) for department in others}
    for row in own_rows("ssmsi_classes.csv"):
        of_lot = _lot(row, counts, rng)
        habits = {code: level * rng.lognormvariate(0, 0.12) for code, level in levels.items()}
        weights = [department.population[2017] * habits[department.code] for department in others]
        values: dict[tuple[int, str], int] = {}
        for year in YEARS:
            parts = share(_france(row, year) - of_lot[year], weights, rng)
            values |= {(year, other.code): part for other, part in zip(others, parts, strict=True)}
            values[year, LOT] = of_lot[year]
        known = _Class(row["classe"], row["unite"], row["ancienne_classe"], row["ancienne_unite"], row["per"], values)
        yield known
        if known.name == _USAGE:
            fined = {key: round(value * _FINED.get(key[0], 0)) for key, value in values.items()}
            yield replace(known, name=f"{_USAGE} (AFD)", values=fined)
            rest = {key: value - fined[key] for key, value in values.items()}
            yield replace(known, name=f"{_USAGE} (hors AFD)", values=rest)
        if known.old_name == _OLD_CBV:
            within = {key: round(value * _WITHIN_FAMILY[key[0]]) for key, value in values.items()}
            yield replace(known, old_name=f"{_OLD_CBV} intrafamiliaux", values=within)
            rest = {key: value - within[key] for key, value in values.items()}
            yield replace(known, old_name=f"Autres {_OLD_CBV.lower()}", values=rest)


def _france(row: dict[str, str], year: int) -> int:
    if year in _PRINTED_YEARS:
        return int(row[str(year)])
    grown = int(row["2019"]) * (1 + float(row["yearly_change"])) ** (year - 2019)
    fallen = float(row["change_2020"]) * {2020: 1, 2021: 0.5}.get(year, 0)
    moved = round(grown * (1 + fallen))
    return round(moved, -2) if moved > 10_000 else moved


def _lot(row: dict[str, str], counts: Counts, rng: random.Random) -> dict[int, int]:
    """About what the état 4001 counts: the base has its own definitions, unless the class is of one index alone."""
    indexes, factor = set(expand(row["indexes"])), float(row["lot_factor"])
    recorded = {
        year: sum(count for (of_year, _, code), count in counts.items() if of_year == year and code in indexes)
        for year in YEARS
    }
    if row["ancienne_classe"] == _OLD_CBV:
        return recorded
    return {year: draw(value * factor, rng) for year, value in recorded.items()}


def _new_rows(classes: Sequence[_Class], departments: Sequence[_Department]) -> Iterator[list[Cell]]:
    for known in classes:
        if not known.name:
            continue
        for year in YEARS:
            census = _census(year)
            for place in departments:
                value, people, built = known.values[year, place.code], place.population[census], place.dwellings[census]
                rate = 1000 * value / (built if known.per == "logements" else people)
                yield [
                    _bare(place.code),
                    _bare(place.region),
                    year,
                    known.name,
                    known.unit,
                    value,
                    f"{rate:.7f}".rstrip("0").rstrip("."),
                    people,
                    census,
                    built,
                    census,
                ]


def _old_vintage(classes: Sequence[_Class], rng: random.Random) -> Iterator[_Class]:
    """The classes of the older vintage, before the later one revised them; those it alone holds stand as they are."""
    for known in classes:
        if known.old_name and not known.name:
            yield known
        elif known.old_name:
            yield replace(known, values={key: _before_revision(value, rng) for key, value in known.values.items()})


def _before_revision(value: int, rng: random.Random) -> int:
    moved = max(1, round(value * rng.uniform(0.005, 0.02))) if value > 20 else 0
    return value - moved if rng.random() < 0.8 else value + moved


def _old_rows(classes: Iterator[_Class], departments: Sequence[_Department]) -> Iterator[list[Cell]]:
    for known in classes:
        for year in OLD_YEARS:
            census = min(_census(year), _LAST_CENSUS - 1)
            for place in departments:
                value, people, built = known.values[year, place.code], place.population[census], place.dwellings[census]
                rate = 1000 * value / (built if known.per == "logements" else people)
                # The older vintage estimates dwellings, and prints every decimal it has.
                estimated = built + int(place.code, 16) * census % 997 / 997
                yield [
                    known.old_name,
                    year % 100,
                    place.code,
                    place.region,
                    known.old_unit,
                    census % 100,
                    census % 100,
                    value,
                    people,
                    _comma(f"{estimated:.10f}"),
                    _comma(f"{rate:.15f}".rstrip("0").rstrip(".")),
                ]


def _bare(code: str) -> str:
    """`01` is written 1 in the later vintage; 2A and 971 stay."""
    return code.lstrip("0")


def _comma(number: str) -> str:
    return number.replace(".", ",")
