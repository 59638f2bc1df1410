"""Insee's files for the Lot: the communes of 2024 and what became of those that merged, their geography by year, their
populations by census and the département's own.

The CSV have no room for a notice: their only mark is their name.
"""

from __future__ import annotations

import csv
import random
import unicodedata
from collections.abc import Iterator
from pathlib import Path

from pipelines.demo.communes import CENSUSES, GEOGRAPHIES, NO_EPCI, Commune, Communes
from pipelines.demo.documents import Cell, marked_workbook, write_csv, write_list
from pipelines.demo.tables import reference_rows

_DEPARTMENT, _REGION, _OLD_REGION = "46", "76", "73"
_YEAR = 2024
_ARRONDISSEMENTS = {"461": "Cahors", "462": "Figeac", "463": "Gourdon"}
# The census that the geography of each year comes with: those of Insee's own file, with its repetitions.
_CENSUS_OF_GEOGRAPHY = {
    2016: 2013, 2017: 2014, 2018: 2016, 2019: 2017, 2020: 2018, 2021: 2019, 2022: 2019, 2023: 2021, 2024: 2021,
}  # fmt: skip
_KNOWN = "TYPECOM,COM,REG,DEP,CTCD,ARR,TNCC,NCC,NCCENR,LIBELLE,CAN,COMPARENT"
_MOVEMENTS = (
    "MOD,DATE_EFF,TYPECOM_AV,COM_AV,TNCC_AV,NCC_AV,NCCENR_AV,LIBELLE_AV,TYPECOM_AP,COM_AP,TNCC_AP,NCC_AP,NCCENR_AP,"
    "LIBELLE_AP"
)
_NEW_COMMUNE = 32
_REFERENCE = "GEO;GEO_OBJECT;FREQ;POPREF_MEASURE;TIME_PERIOD;OBS_VALUE"
_GEOGRAPHY = "MILLESIME,CODGEO,LIBGEO,DEP,REG,EPCI,LIB_EPCI,NATURE_EPCI,ARR,LIB_ARR,CV,POP"
# The article that a name begins with, as the code officiel géographique numbers it.
_ARTICLES = {"Le ": 2, "La ": 3, "Les ": 4, "L'": 5}

_NOTICE = (
    "Ce classeur n'est pas un document de l'Insee : il n'en reprend que la présentation.",
    "Les codes et les noms des communes sont réels. Les populations sont inventées, hors celles que le plan 2020-2024 "
    "du Lot imprime, portées au recensement de 2017 : Cahors, Figeac, Gourdon, Gramat, Pradines, Saint-Céré, Souillac "
    "et le département (173 828).",
)


def write_insee(folder: Path, communes: Communes, seed: int) -> list[Path]:
    known = folder / f"v_commune_{_YEAR}-demonstration.csv"
    write_csv(known, _KNOWN.split(","), _known(communes), delimiter=",", quoting=csv.QUOTE_ALL)

    movements = folder / f"v_mvtcommune_{_YEAR}-demonstration.csv"
    write_csv(movements, _MOVEMENTS.split(","), _movements(communes), delimiter=",", quoting=csv.QUOTE_ALL)

    totals = folder / "populations-de-reference-demonstration.csv"
    write_csv(totals, _REFERENCE.split(";"), _totals(communes), delimiter=";", quoting=csv.QUOTE_ALL)

    geography = folder / "lot46-communes-arrondissements-epci-demonstration.csv"
    write_csv(geography, _GEOGRAPHY.split(","), _geography(communes), delimiter=",")

    populations = folder / "population-municipale-communes-demonstration.xlsx"
    with marked_workbook(populations, seed, *_NOTICE) as book:
        header = ["objectid", "reg", "dep", "cv", "codgeo", "libgeo", *(f"p{c % 100}_pop" for c in CENSUSES)]
        sheet = book.add_worksheet("III_1_insee_population_fr_commu")
        write_list(sheet, header, _populations(communes, seed))
    return [known, movements, geography, populations, totals]


def _known(communes: Communes) -> Iterator[list[Cell]]:
    present = communes.of_year(_YEAR)
    for commune in present:
        article, bare = _split_article(commune.name)
        department = [_REGION, _DEPARTMENT, f"{_DEPARTMENT}D", commune.arrondissement]
        yield ["COM", commune.code, *department, article, _capitals(bare), bare, commune.name, "", ""]
    # What a merger took in lives on as a « commune déléguée », which is not a commune.
    for commune in _gone(communes):
        article, bare = _split_article(commune.name)
        yield ["COMD", commune.code, "", "", "", "", article, _capitals(bare), bare, commune.name, "", commune.became]


def _gone(communes: Communes) -> list[Commune]:
    """The communes that a merger took in, each as it was last."""
    codes = {commune.code for commune in communes.of_year(_YEAR)}
    return list({row.code: row for row in communes.rows if row.code not in codes}.values())


def _movements(communes: Communes) -> Iterator[list[Cell]]:
    """Each merger as the Insee tells it: who became the new commune, and what is left of each as a delegated one."""
    present = {commune.code: commune for commune in communes.of_year(_YEAR)}
    for gone in _gone(communes):
        whole, day = present[gone.became], f"{gone.last + 1}-01-01"
        yield [_NEW_COMMUNE, day, "COM", *_named(gone), "COM", *_named(whole)]
        yield [_NEW_COMMUNE, day, "COM", *_named(gone), "COMD", *_named(gone)]
        yield [_NEW_COMMUNE, day, "COM", *_named(whole), "COM", *_named(whole)]


def _named(commune: Commune) -> list[Cell]:
    article, bare = _split_article(commune.name)
    return [commune.code, article, _capitals(bare), bare, commune.name]


def _totals(communes: Communes) -> Iterator[list[Cell]]:
    for census in CENSUSES:
        yield [_DEPARTMENT, "DEP", "A", "PMUN", census, communes.total(census)]


def _split_article(name: str) -> tuple[int, str]:
    for article, number in _ARTICLES.items():
        if name.startswith(article):
            return number, name.removeprefix(article)
    return (1 if _capitals(name)[0] in "AEIOUY" else 0), name


def _capitals(name: str) -> str:
    bare = unicodedata.normalize("NFD", name.replace("œ", "oe").replace("Œ", "OE"))
    letters = "".join(c for c in bare if not unicodedata.combining(c))
    return letters.upper().replace("-", " ").replace("'", " ")


def _geography(communes: Communes) -> Iterator[list[Cell]]:
    names = {row["code_epci"]: (row["libelle"], row["nature"]) for row in reference_rows("epci")}
    names[NO_EPCI] = ("Sans objet", "ZZ")
    for year in GEOGRAPHIES:
        for commune in communes.of_year(year):
            people = communes.population(commune, _CENSUS_OF_GEOGRAPHY[year], year)
            arrondissement = [commune.arrondissement, _ARRONDISSEMENTS[commune.arrondissement]]
            epci = [commune.epci, *names[commune.epci]]
            yield [year, commune.code, commune.name, _DEPARTMENT, _REGION, *epci, *arrondissement, "", f"{people:.1f}"]


def _populations(communes: Communes, seed: int) -> Iterator[list[Cell]]:
    """In no order, as Insee's file is; its régions are those before 2016."""
    rng = random.Random(f"{seed} populations")
    present: list[Commune] = list(communes.of_year(_YEAR))
    rng.shuffle(present)
    for number, commune in enumerate(present, start=125_001):
        people = [communes.population(commune, census, _YEAR) for census in CENSUSES]
        yield [number, _OLD_REGION, _DEPARTMENT, "", commune.code, commune.name, *people]
