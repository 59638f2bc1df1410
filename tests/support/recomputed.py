"""The figures of the public files, worked out again with the standard library and openpyxl: nothing of Vigie is used.

The lists of indexes are those of the ministry's own aggregates (état 4001, « atteintes ») and of the plan's tables.
"""

from __future__ import annotations

import csv
import re
from collections import defaultdict
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path

import openpyxl

Key = tuple[str, str, str]  # indicator, territory, year

_LISTS = {
    "DEGRADATIONS": "62-68", "DEGRADATIONS_PUBLIQUES": "62 64 66", "AVIP": "1-12 15-26 46-49 51 52 73",
    "VIOLENCES_NON_CRAPULEUSES": "1 3 5-7 9 10 51 52 73", "VIOLENCES_CRAPULEUSES": "2 4 8 15-26",
    "VIOLENCES_SEXUELLES": "46-49", "MENACES": "11 12", "CBV": "7", "HOMICIDES": "1-3 51", "VIOLENCES_ENFANTS": "52",
    "GARDE_MINEURS": "53", "OUTRAGES": "72", "VIOLENCES_DEPOSITAIRES": "73", "STUPEFIANTS": "55-58",
    "STUPEFIANTS_USAGE": "57", "STUPEFIANTS_TRAFIC": "55", "CAMBRIOLAGES": "27-30", "CAMBRIOLAGES_PRINCIPALES": "27",
    "CAMBRIOLAGES_SECONDAIRES": "28", "CAMBRIOLAGES_PROFESSIONNELS": "29", "CAMBRIOLAGES_AUTRES": "30",
    "CAMBRIOLAGES_LOGEMENT": "27 28", "VOLS_ARMES": "15-22", "VOLS_VIOLENTS_SANS_ARME": "23-26",
    "VOLS_VIOLENCE": "15-26", "VOLS_SANS_VIOLENCE": "27-43", "VOLS_VEHICULES": "34-36", "VOLS_ACCESSOIRES": "38",
    "VOLS_ROULOTTE": "37", "VOLS_LIES_VEHICULES": "34-38", "VOLS_SIMPLES_PARTICULIERS": "42 43", "VOLS_RUSE": "31",
    "AAB": "15-43 62-68", "ESCROQUERIES": "84-92", "EIEF": "84-95 98 101-106",
}  # fmt: skip
_CLASSES = {
    "Homicides": "HOMICIDES", "Tentatives d'homicide": "TENTATIVES_HOMICIDE",
    "Tentatives d'homicides": "TENTATIVES_HOMICIDE", "Coups et blessures volontaires": "CBV",
    "Coups et blessures volontaires intrafamiliaux": "CBV_INTRAFAMILIAUX",
    "Autres coups et blessures volontaires": "CBV_AUTRES",
    "Violences physiques intrafamiliales": "VIOLENCES_INTRAFAMILIALES",
    "Violences physiques hors cadre familial": "VIOLENCES_HORS_FAMILLE", "Violences sexuelles": "VIOLENCES_SEXUELLES",
    "Vols avec armes": "VOLS_ARMES", "Vols violents sans arme": "VOLS_VIOLENTS_SANS_ARME",
    "Vols sans violence contre des personnes": "VOLS_SANS_VIOLENCE",
    "Cambriolages de logement": "CAMBRIOLAGES_LOGEMENT", "Vols de véhicule": "VOLS_VEHICULES",
    "Vols de véhicules": "VOLS_VEHICULES",
    "Vols dans les véhicules": "VOLS_DANS_VEHICULES", "Vols d'accessoires sur véhicules": "VOLS_ACCESSOIRES",
    "Destructions et dégradations volontaires": "DEGRADATIONS",
    "Escroqueries et fraudes aux moyens de paiement": "ESCROQUERIES", "Trafic de stupéfiants": "TRAFIC_STUPEFIANTS",
    "Usage de stupéfiants": "USAGE_STUPEFIANTS", "Usage de stupéfiants (AFD)": "USAGE_STUPEFIANTS_AFD",
    "Usage de stupéfiants (hors AFD)": "USAGE_STUPEFIANTS_HORS_AFD",
}  # fmt: skip
# The three arrondissements of the Lot and their services, as the plan names them.
_LOT = {
    "CIAT DE CAHORS": ("SRV-46-PN-CIAT-CAHORS", "ARR-461"), "CGD CAHORS": ("SRV-46-GN-CGD-CAHORS", "ARR-461"),
    "CGD FIGEAC": ("SRV-46-GN-CGD-FIGEAC", "ARR-462"), "CGD GOURDON": ("SRV-46-GN-CGD-GOURDON", "ARR-463"),
}  # fmt: skip


def _expanded(text: str) -> set[int]:
    numbers: set[int] = set()
    for part in text.split():
        first, _, last = part.partition("-")
        numbers |= set(range(int(first), int(last or first) + 1))
    return numbers


INDEXES = {f"{code}_4001": _expanded(text) for code, text in _LISTS.items()}


def regions(cog: Path) -> dict[str, str]:
    """Département → région, from the Insee's list of communes."""
    with cog.open(encoding="utf-8", newline="") as stream:
        return {r["DEP"]: r["REG"] for r in csv.DictReader(stream) if r["TYPECOM"] == "COM"}


def _wide(departement: str, of: dict[str, str]) -> Iterator[str]:
    """The larger territories of a département. The collectivities overseas (978, 987…) are in neither France."""
    if departement not in of:
        return
    yield f"REG-{of[departement]}"
    yield "FRA"
    if not departement.startswith("97"):
        yield "FRM"


@lru_cache(maxsize=2)
def _cells(workbook: Path) -> dict[tuple[str, str, str, str], dict[int, int]]:
    """(force, year, département, service) → index → facts."""
    book = openpyxl.load_workbook(workbook, read_only=True, data_only=True)
    told: dict = defaultdict(lambda: defaultdict(int))
    for name in book.sheetnames:
        found = re.fullmatch(r"Services (PN|GN) (\d{4})", name)
        if not found:
            continue
        rows = list(book[name].iter_rows(values_only=True))
        heads = 3 if found[1] == "PN" else 2
        for row in rows[heads:]:
            for departement, service, value in zip(rows[0][2:], rows[heads - 1][2:], row[2:], strict=False):
                if departement and value is not None:
                    told[found[1], found[2], str(departement), service][int(row[0])] += int(value)
    return told


def by_service(workbook: Path, cog: Path) -> dict[Key, int]:
    """Every yearly figure of the workbook by service: services and arrondissements of the Lot, zones, départements,
    régions, métropole, France.
    """
    of, told = regions(cog), defaultdict(int)
    for (force, year, departement, service), facts in _cells(workbook).items():
        places = [f"Z{force}-{departement}", f"DEP-{departement}", *_wide(departement, of)]
        if departement == "46":
            places += _LOT[service]
        for indicator, indexes in INDEXES.items():
            number = sum(facts[i] for i in indexes)
            for place in places:
                told[indicator, place, year] += number
    return dict(told)


def _number(text: str) -> float | None:
    text = text.strip().replace(",", ".")
    return None if text in {"", "NA", "ndiff"} else float(text)


@lru_cache(maxsize=4)
def _ssmsi_lines(file: Path) -> list[tuple[str, str, str, float | None, int, float | None]]:
    """Class, département, year, number, census, inhabitants: the older and the newer form of the file."""
    with file.open(encoding="utf-8-sig", newline="") as stream:
        rows = list(csv.DictReader(stream, delimiter=";"))
    older = "classe" in rows[0]
    names = (
        ("classe", "Code.département", "annee", "faits", "millPOP", "POP")
        if older
        else ("indicateur", "code_departement", "annee", "nombre", "insee_pop_millesime", "insee_pop")
    )
    lines = []
    for kind, place, year, number, census, people in ([row[n] for n in names] for row in rows):
        century = 2000 if older else 0
        lines.append(
            (kind, place.zfill(2), str(int(year) + century), _number(number), int(census) + century, _number(people))
        )
    return lines


def ssmsi(older: Path, newer: Path, cog: Path) -> dict[Key, float | None]:
    """Every figure of the base by département, the newer file first, and the sums for régions and France: None where
    one of the départements has none.
    """
    told: dict[Key, float | None] = {}
    for file in (older, newer):
        for kind, departement, year, number, *_ in _ssmsi_lines(file):
            told[f"{_CLASSES[kind]}_SSMSI", f"DEP-{departement}", year] = number
    return told | _sums(told, regions(cog))


def censuses(older: Path, newer: Path, cog: Path) -> dict[tuple[str, int], float]:
    """(territory, census) → inhabitants, as the base repeats the Insee's official figures."""
    told: dict[tuple[str, str, str], float | None] = {}
    for file in (older, newer):
        for _, departement, _, _, census, people in _ssmsi_lines(file):
            if people is not None:
                told["", f"DEP-{departement}", str(census)] = people
    both = told | _sums(told, regions(cog))
    return {(place, int(census)): people for (_, place, census), people in both.items() if people is not None}


def _sums(told: dict[Key, float | None], of: dict[str, str]) -> dict[Key, float | None]:
    parts: dict[Key, list] = defaultdict(list)
    for (indicator, place, year), number in told.items():
        for wide in _wide(place.removeprefix("DEP-"), of):
            parts[indicator, wide, year].append(number)
    due: dict[str, int] = defaultdict(int)
    for departement in of:
        for wide in _wide(departement, of):
            due[wide] += 1
    return {
        key: sum(numbers) if len(numbers) == due[key[1]] and None not in numbers else None
        for key, numbers in parts.items()
    }


def communes(workbook: Path) -> dict[tuple[str, int], int]:
    """(département, census) → inhabitants of the communes that the Insee's workbook lists."""
    [sheet] = openpyxl.load_workbook(workbook, read_only=True)
    heads, *rows = sheet.iter_rows(values_only=True)
    told: dict[tuple[str, int], int] = defaultdict(int)
    for row in rows:
        line = dict(zip(heads, row, strict=True))
        for head, value in line.items():
            if re.fullmatch(r"p\d\d_pop", head) and value is not None:
                told[str(line["dep"]), 2000 + int(head[1:3])] += int(value)
    return dict(told)
