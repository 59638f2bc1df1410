"""The monthly returns of the social workers posted with the police and the gendarmerie: numbers, never a person."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from pipelines.demo.documents import Cell, marked_workbook, write_list
from pipelines.demo.series import draw
from pipelines.demo.tables import own_rows

YEARS = range(2021, 2025)
_DEPARTMENT = "46"
_LAST = "2024-12"
_HEADER = (
    "edition", "annee", "mois", "code_departement", "poste", "mesure", "ventilation", "modalite", "valeur",
)  # fmt: skip
# The cell meets once a month; in these it did not.
_WITHOUT_MEETING = {"2021-01", "2021-08", "2022-08", "2022-12", "2023-08", "2024-07", "2024-08"}
_NOTICE = (
    "Ce classeur a la forme d'un retour mensuel d'intervenants sociaux en commissariat et gendarmerie : "
    "il n'en est pas un, et aucun poste réel n'y est décrit.",
)

# (month as 2021-01, post, measure, breakdown, category)
Activity = dict[tuple[str, str, str, str, str], float]


def invent_activity(seed: int) -> Activity:
    rng = random.Random(f"{seed} iscg")
    shares: dict[str, dict[str, int]] = {}
    for row in own_rows("iscg_shares.csv"):
        shares.setdefault(row["ventilation"], {})[row["modalite"]] = int(row["share"])
    activity: Activity = {}
    for post in own_rows("iscg_posts.csv"):
        open_months = [month for month in _months() if month >= post["opened"]]
        for rank, month in enumerate(open_months):
            progress = rank / (len(open_months) - 1)
            level = float(post["first_level"]) + progress * (float(post["last_level"]) - float(post["first_level"]))
            people = draw(level * (0.6 if month.endswith("-08") else 1), rng)
            activity[month, post["poste"], "personnes", "total", "total"] = people
            for breakdown, weights in shares.items():
                parts = Counter(rng.choices(list(weights), list(weights.values()), k=people))
                if breakdown == "anciennete" and month == post["opened"]:
                    parts = Counter({"nouvelles": people})  # a post that opens knows no one yet
                for category in weights:
                    activity[month, post["poste"], "personnes", breakdown, category] = parts[category]
            activity[month, post["poste"], "etp", "total", "total"] = 1 if month >= post["full_time"] else 0.5
            met = post["meetings"] == "true" and month not in _WITHOUT_MEETING
            activity[month, post["poste"], "reunions_cellule", "total", "total"] = int(met)
    return activity


def write_iscg(folder: Path, activity: Activity, seed: int) -> list[Path]:
    written = []
    for year in YEARS:
        path = folder / f"retours-iscg-{year}-demonstration.xlsx"
        rows: list[tuple[Cell, ...]] = [
            (1, year, int(month[5:]), _DEPARTMENT, *key, value)
            for (month, *key), value in sorted(activity.items(), key=lambda item: item[0][:2])
            if int(month[:4]) == year
        ]
        with marked_workbook(path, seed, *_NOTICE) as book:
            write_list(book.add_worksheet("Activité ISCG"), _HEADER, rows)
        written.append(path)
    return written


def _months() -> Iterator[str]:
    for year in YEARS:
        yield from (f"{year}-{month:02d}" for month in range(1, 13) if f"{year}-{month:02d}" <= _LAST)
