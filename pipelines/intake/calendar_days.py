"""A year, a month and a day in three columns make a day of the calendar: there is no 31 February."""

from __future__ import annotations

import calendar

import pyarrow as pa

from pipelines.intake.catalogue import Part
from pipelines.intake.coded import text
from pipelines.intake.refusal import MAX_SHOWN, Defect


def check_days(
    sheet: str | None, lines: pa.Array, parts: tuple[Part, ...], columns: dict[str, pa.DictionaryArray]
) -> list[Defect]:
    """A defect for each line whose columns (year, month, day) are no day; a year of two digits is of this century."""
    names = [next(n for n in part.columns if n in columns) for part in parts]
    received = pa.table([text(columns[n], "") for n in names], names=["annee", "mois", "jour"]).append_column(
        "ligne", lines
    )
    firsts = received.group_by(["annee", "mois", "jour"], use_threads=False).aggregate([("ligne", "list")])
    found = [
        (line, row["annee"], row["mois"], row["jour"])
        for row in firsts.to_pylist()
        if not _is_day(row["annee"], row["mois"], row["jour"])
        for line in row["ligne_list"]
    ]
    return [
        Defect(
            "date_impossible",
            f"le {day or '(vide)'}/{month or '(vide)'}/{year or '(vide)'} n'est pas un jour du calendrier",
            "corriger le jour, le mois ou l'année de cette ligne auprès du producteur, puis redéposer le fichier",
            feuille=sheet,
            ligne=line,
            colonne=names[2],
            attendu="un jour qui existe",
        )
        for line, year, month, day in sorted(found)[:MAX_SHOWN]
    ]


def _is_day(year: str, month: str, day: str) -> bool:
    if not (year and month and day):
        return False
    of = int(year) if len(year) == 4 else 2000 + int(year)
    return 1 <= int(month) <= 12 and 1 <= int(day) <= calendar.monthrange(of, int(month))[1]
