"""The quarterly return of the plan's steering: meetings of instances, agreements and posts, actions of the PDASR.

A workbook a year holds its four quarters. All of it is invented.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from pathlib import Path

from pipelines.demo.documents import Cell, marked_workbook, write_list
from pipelines.demo.followup import YEARS, Told
from pipelines.demo.tables import own_rows

_DEPARTMENT = "46"
_QUARTERS = range(1, 5)
_LAST_DAYS = ("03-31", "06-30", "09-30", "12-31")
_START = ("edition", "annee", "trimestre", "code_departement")
_SHEETS = {
    "Réunions": (*_START, "instance_code", "reunions", "derniere_date", "compte_rendu"),
    "Dispositifs": (*_START, "dispositif_code", "territoire_code", "etat", "debut", "fin", "nombre", "evalue"),
    "PDASR": (*_START, "engagement_code", "reference", "organisme", "etat", "participants", "cout_eur"),
}
_NOTICE = (
    "Ce classeur a la forme d'un retour trimestriel du pilotage du plan 2020-2024 du Lot : il n'en est pas un.",
    "Les instances, les dispositifs et les enjeux sont ceux du plan ; leurs réunions, leurs dates, leurs nombres et "
    "les actions de sécurité routière sont inventés.",
)


def write_steering(folder: Path, told: Told, seed: int) -> list[Path]:
    """Write a workbook a year; returns them. `told` is what the pilots say of the meetings that they count too."""
    rng, written = random.Random(f"{seed} pilotage"), []
    for year in YEARS:
        path = folder / f"pilotage-plan-{year}-demonstration.xlsx"
        with marked_workbook(path, seed, *_NOTICE) as book:
            tellers = (_meetings(year, told, rng), _agreements(year), _road_safety(year, rng))
            for (name, header), rows in zip(_SHEETS.items(), tellers, strict=True):
                write_list(book.add_worksheet(name), header, rows)
        written.append(path)
    return written


def _meetings(year: int, told: Told, rng: random.Random) -> Iterator[tuple[Cell, ...]]:
    for quarter in _QUARTERS:
        for row in own_rows("steering_meetings.csv"):
            start = (1, year, quarter, _DEPARTMENT, row["instance_code"])
            if f"{year}-T{quarter}" in row["unknown"].split():
                yield (*start, None, None, None)
                continue
            held = int(row[f"t{quarter}"])
            if row["indicator"]:
                whole = told.get((row["indicator"], f"{year}-T{quarter}"))
                if whole is None:
                    yield (*start, None, None, None)
                    continue
                held = {"": whole, "half": (whole + 1) // 2, "rest": whole // 2}[row["share"]]
            month = 3 * quarter - rng.randrange(3)
            day = f"{year}-{month:02d}-{rng.randint(1, 28):02d}" if held else None
            yield (*start, held, day, ("oui" if rng.random() < 0.8 else "non") if held else None)


def _agreements(year: int) -> Iterator[tuple[Cell, ...]]:
    for quarter in _QUARTERS:
        last_day = f"{year}-{_LAST_DAYS[quarter - 1]}"
        for row in own_rows("steering_agreements.csv"):
            begins, ends = row["starts"], row["ends"]
            state = "en_vigueur" if begins and begins <= last_day else row["before"]
            if ends and ends < last_day:
                state = "echu"
            in_force = state in {"en_vigueur", "echu"}
            number = float(row["number"]) if row["number"] and in_force else None
            yield (
                1, year, quarter, _DEPARTMENT, row["dispositif_code"], row["territoire_code"] or None, state,
                begins if in_force and begins else None, ends if in_force and ends else None, number,
                "oui" if row["assessed"] and row["assessed"] <= last_day else "non",
            )  # fmt: skip


def _road_safety(year: int, rng: random.Random) -> Iterator[tuple[Cell, ...]]:
    """Each action is told in the quarter that plans it, then in the one that ends it."""
    for quarter in _QUARTERS:
        for number, row in enumerate(own_rows("steering_road_safety.csv"), start=1):
            planned, ended = int(row["planned"]), int(row["ended"])
            if quarter not in {planned, ended}:
                continue
            state = row["end"] if quarter == ended else "programme"
            met = round(int(row["persons"]) * rng.uniform(0.7, 1.3)) if state == "fait" and row["persons"] else None
            cost = int(int(row["cost_eur"]) * rng.uniform(0.9, 1.1)) // 10 * 10 if state == "fait" else None
            reference = f"{year}-{number:02d}"
            yield (
                1,
                year,
                quarter,
                _DEPARTMENT,
                row["engagement_code"],
                reference,
                row["organisation"],
                state,
                met,
                cost,
            )
