"""The monthly road barometer of the préfecture: the accidents of the national file, told while still provisional.

In one year it misses an accident that the national file holds: consolidation always finds some.
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from pipelines.demo.accidents import HOSPITALISED, KILLED, LOT, SLIGHT, Accident, of_lot
from pipelines.demo.documents import Cell, marked_workbook, write_list
from pipelines.demo.months import MONTHS, month_weights
from pipelines.demo.tables import own_rows

YEARS = range(2018, 2025)
_PROVISIONAL_YEAR = 2022

_HEADER = ("edition", "annee", "mois", "code_departement", "mesure", "force", "valeur")
_CAUSES = ("alcool", "stupefiants", "vitesse", "distracteur")
_NOTICE = (
    "Ce classeur a la forme du baromètre mensuel de la sécurité routière : il n'en est pas un.",
    "Accidents, tués et blessés suivent le plan 2020-2024 du Lot en 2018 et 2019 (71 puis 87 accidents, 9 puis 15 "
    "tués, 75 puis 95 blessés), et plus de 1 000 suspensions de permis en 2019 ; tout le reste est inventé.",
)


def write_road(folder: Path, accidents: list[Accident], seed: int) -> list[Path]:
    rng, written = random.Random(f"{seed} baromètre"), []
    for year in YEARS:
        path = folder / f"barometre-securite-routiere-{year}-demonstration.xlsx"
        told = list(of_lot(accidents, year))
        if year == _PROVISIONAL_YEAR:
            told = _without_the_last_slight_one(told)
        with marked_workbook(path, seed, *_NOTICE) as book:
            write_list(book.add_worksheet("Baromètre"), _HEADER, _rows(year, told, rng))
        written.append(path)
    return written


def _rows(year: int, accidents: list[Accident], rng: random.Random) -> Iterator[tuple[Cell, ...]]:
    enforced = {
        (row["mesure"], row["force"]): Counter(
            rng.choices(MONTHS, month_weights(year, "general"), k=int(row[str(year)]))
        )
        for row in own_rows("road_barometer.csv")
    }
    for month in MONTHS:
        start = (1, year, month, LOT)
        for measure, value in _measures([a for a in accidents if a.day.month == month]).items():
            yield (*start, measure, "ensemble", value)
        for (measure, force), of_month in enforced.items():
            yield (*start, measure, force, of_month[month])


def _measures(accidents: list[Accident]) -> dict[str, int]:
    return {
        "accidents": len(accidents),
        "accidents_graves": sum(_is_severe(accident) for accident in accidents),
        "tues": sum(accident.hurt(KILLED) for accident in accidents),
        "blesses_hospitalises": sum(accident.hurt(HOSPITALISED) for accident in accidents),
        "blesses_legers": sum(accident.hurt(SLIGHT) for accident in accidents),
        **{f"accidents_{cause}": sum(cause in accident.causes for accident in accidents) for cause in _CAUSES},
    }


def _is_severe(accident: Accident) -> bool:
    return bool(accident.hurt(KILLED) or accident.hurt(HOSPITALISED))


def _without_the_last_slight_one(accidents: list[Accident]) -> list[Accident]:
    last = max(index for index, accident in enumerate(accidents) if not _is_severe(accident))
    return accidents[:last] + accidents[last + 1 :]
