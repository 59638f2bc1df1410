"""Running totals since January, as services keep them: one that falls, and a year before that is not the one held."""

from __future__ import annotations

import csv
import io
from pathlib import Path

from tests.mutants.damage import change_rows, rows
from tests.mutants.kinds import Mutant

_SERVICE = "EDSR DU LOT"
_HEADERS = ("Édition", "Année", "Mois", "Département", "Force", "Service", "Index", "Cumul N-1", "Cumul N")


def _totals(landing: Path, year: int) -> dict[tuple[int, int], int]:
    """(index, month) → the facts of the service since January, from the demonstration's monthly return."""
    returned = rows(landing / f"retours-services-{year}-demonstration.xlsx", "Faits")
    months = {(r["code_index"], r["mois"]): r["faits_constates"] for r in returned if r["service"] == _SERVICE}
    return {(index, month): sum(months[index, m] for m in range(1, month + 1)) for index, month in months}


def _write(
    landing: Path, year: int, totals: dict[tuple[int, int], int], before: dict[tuple[int, int], int]
) -> dict[tuple[int, int], int]:
    """The year sent again in totals; gives back the line of each."""
    mark = (landing / "retours-services-faits-2020-demonstration.csv").read_text(encoding="cp1252").split("\n", 1)[0]
    out = io.StringIO(newline="")
    writer = csv.writer(out, delimiter=";", lineterminator="\r\n")
    writer.writerow(_HEADERS)
    lines = {}
    for line, (index, month) in enumerate(sorted(totals, key=lambda key: (key[1], key[0])), start=3):
        total, previous = totals[index, month], before.get((index, month), "")
        writer.writerow([2, year, month, "46", "gendarmerie", _SERVICE, index, previous, total])
        lines[index, month] = line
    file = landing / f"retours-services-cumul-{year}-demonstration.csv"
    file.write_bytes((mark.rstrip("\r") + "\r\n" + out.getvalue()).encode("utf-8-sig"))
    return lines


def _a_total_that_falls(landing: Path) -> tuple[str, ...]:
    totals = _totals(landing, 2023)
    index = max(totals, key=lambda key: totals[key])[0]
    before = totals[index, 5]
    totals[index, 6] = before - 1
    lines = _write(landing, 2023, totals, {})
    return (
        "Escadron départemental de sécurité routière", "2023-06", f"de {before} à {before - 1}", f"index {index}",
        f"ligne {lines[index, 5]}, puis ligne {lines[index, 6]}",
    )  # fmt: skip


def _another_year_before(landing: Path) -> tuple[str, ...]:
    before = _totals(landing, 2021)
    index = max(before, key=lambda key: before[key])[0]
    held = before[index, 9]
    lines = _write(landing, 2022, _totals(landing, 2022), before | {(index, 9): held + 3})
    return (
        "Escadron départemental de sécurité routière", "2022-09", f"un cumul de {held + 3}", f"font {held}",
        f"index {index}", f"ligne {lines[index, 9]}",
    )  # fmt: skip


def _more_in_hospital_than_injured(landing: Path) -> tuple[str, ...]:
    """A barometer in the form that counts all the injured, « dont hospitalisés »."""
    import openpyxl

    file = landing / "barometre-securite-routiere-2022-demonstration.xlsx"
    told = {(r["mois"], r["force"], r["mesure"]): r["valeur"] for r in rows(file, "Baromètre")}

    def change(row: dict) -> dict | None:
        place = row["mois"], row["force"]
        if row["mesure"] == "blesses_legers":
            injured = told[(*place, "blesses_hospitalises")] + told[(*place, "blesses_legers")]
            return row | {"mesure": "blesses", "valeur": injured}
        if row["mesure"] == "blesses_hospitalises":
            injured = told[(*place, "blesses_hospitalises")] + told[(*place, "blesses_legers")]
            return row | {"mesure": "dont_hospitalises", "valeur": injured + 1 if row["mois"] == 4 else row["valeur"]}
        return None

    change_rows(file, "Baromètre", change)
    book = openpyxl.load_workbook(file)
    header = next(c for c in book["Baromètre"][1] if c.value == "valeur")
    header.value = "nombre"
    book.save(file)
    of_april = told[4, "ensemble", "blesses_hospitalises"] + told[4, "ensemble", "blesses_legers"]
    return "Lot", "2022-04", f"{of_april + 1} blessés hospitalisés pour {of_april} blessés", "Baromètre"


TOTALS_REFUSED = [
    Mutant("HOSPITALISES_BLESSES", "Baromètre de 2022 : en avril, plus d'hospitalisés que de blessés",
           _more_in_hospital_than_injured),
]  # fmt: skip
TOTALS_WARNED = [
    Mutant("CUMUL_EN_BAISSE", "Retours de 2023 : l'escadron envoie des cumuls, celui de juin baisse",
           _a_total_that_falls),
    Mutant("CUMUL_N_1", "Retours de 2022 : l'escadron annonce pour 2021 trois faits de plus que ses retours",
           _another_year_before),
]  # fmt: skip
