"""Breaks of series: each line of the table is whole, and says what the text that it cites says, no more."""

from __future__ import annotations

import re
import zipfile

import pytest

from pipelines.settings.model import DBT_PROJECT
from tests.conftest import real_file
from tests.support.tables import rows

SEEDS = DBT_PROJECT / "seeds"
MONTHS = {"mars": 3, "avril": 4, "juillet": 7}
POLICE, BOTH = "données de la police", "données de la police et de la gendarmerie"
# Which indexes the ministry's words name: those whose label holds them, or what the list of indexes calls otherwise.
NAMED = {
    "les homicides": (r"^Homicides", {1}),
    "les vols à main armée avec armes à feu": (r"main armée avec arme à feu", set()),
    "les cambriolages de logement": (r"^Cambriolages de (locaux d'habitation|résidences)", set()),
    "les vols violents sans armes": (r"^Vols avec violences sans armes", set()),
    "les coups et blessures volontaires": (r"[Cc]oups et blessures volontaires", set()),
    "les séquestrations": (r"^Séquestrations", set()),
    "chiffres sur les violences sexuelles et leur évolution": (r"^(Viols sur|Harcèlements sexuels)", set()),
    "violences, mauvais traitements et abandon d’enfants": (
        r"^Violences, mauvais traitements et abandons d'enf",
        set(),
    ),
    "cambriolages de locaux industriels, commerciaux ou financiers": (r"^Cambriolages de +locaux industriels", set()),
}


def table(name: str) -> list[dict[str, str]]:
    return rows(SEEDS / name)


BREAKS = table("reference/ruptures.csv")


def days(words: str) -> tuple[str, str]:
    """What the words of the warning date: one day, the first of the new way of counting, or a period."""
    if found := re.search(r"(?:en (\d{4}) et|de (\d{4}) à) (\d{4})$", words):
        return f"{found[1] or found[2]}-01-01", f"{found[3]}-12-31"
    if found := re.search(r"(?:avant|depuis) (\w+) (\d{4})$", words):
        day = f"{found[2]}-{MONTHS[found[1]]:02d}-01"
        return day, day
    found = re.search(r"jusqu’au \d\d/\d\d/\d{4} puis \w+ depuis le (\d\d)/(\d\d)/(\d{4})$", words)
    return (f"{found[3]}-{found[2]}-{found[1]}",) * 2


def index_list() -> list[tuple]:
    import openpyxl

    book = openpyxl.load_workbook(real_file("etat4001", "liste-index.xlsx"), read_only=True)
    return [row for row in book["Feuil1"].iter_rows(min_row=2, values_only=True) if isinstance(row[0], int)]


def warning() -> dict[str, str]:
    """The warnings of the workbook, each with the data that it is about: they are a drawing, not cells."""
    with zipfile.ZipFile(real_file("etat4001", "crimes-et-delits-services-depuis-2012.xlsx")) as book:
        text = book.read("xl/drawings/drawing1.xml").decode()
    lines = [
        "".join(re.findall(r"<a:t>(.*?)</a:t>", p)).strip() for p in re.findall(r"<a:p>.*?</a:p>", text, re.DOTALL)
    ]
    found, about = {}, ""
    for line in lines[next(i for i, t in enumerate(lines) if t.startswith("Ruptures statistiques")) :]:
        if line.startswith("Dans les données"):
            about = BOTH if "gendarmerie" in line else POLICE
        elif about and line.startswith("- "):
            found[line.removeprefix("- ").rstrip(" ;.")] = about
        elif about and line:
            found[line.rstrip(" ;.")] = about
    return found


def of(citation: str, origin: str = "") -> list[dict[str, str]]:
    return [b for b in BREAKS if b["citation"] == citation and b["origine"].endswith(origin)]


def indexes(lines: list[dict[str, str]]) -> set[int]:
    return {i for b in lines for i in range(int(b["index_de"]), int(b["index_a"]) + 1)}


def test_each_line_says_what_it_touches_when_and_who_says_it() -> None:
    indicators = {r["indicateur_code"]: r["statistique"] for r in table("indicateurs/indicateurs.csv")}
    sources = {r["source"] for r in table("indicateurs/precedences.csv")}
    levels = {"france", "region", "departement", "arrondissement", "zone_police", "zone_gendarmerie", "service",
              "groupement", "poste", "commune", "epci"}  # fmt: skip
    codes = [b["rupture_code"] for b in BREAKS]
    assert len(codes) == len(set(codes))
    for b in BREAKS:
        place = b["rupture_code"]
        assert bool(b["indicateur_code"]) != bool(b["index_de"] and b["index_a"]), place
        assert not b["indicateur_code"] or b["indicateur_code"] in indicators, place
        assert not b["index_de"] or 1 <= int(b["index_de"]) <= int(b["index_a"]) <= 107, place
        assert b["source"] in {"", *sources}, place
        assert b["niveau"] in {"", *levels}, place
        assert b["force"] in {"", "police", "gendarmerie"}, place
        assert b["date_debut"] <= b["date_fin"], place
        assert b["libelle"], place
        assert len(b["origine"]) > 20, place


@pytest.mark.real
def test_the_warning_of_the_workbook_is_transcribed_and_nothing_wider() -> None:
    said = warning()
    assert len(said) == 9
    labels = {row[0]: row[1] for row in index_list()}
    for words, about in said.items():
        lines = [b for b in of(words, about) if "classeur" in b["origine"]]
        assert lines, f"« {words} » n'est d'aucune ligne"
        named, more = NAMED[re.sub(r" (en|avant|depuis|de) (\w+ )?(\d{4}|\d{4} (et|à) \d{4})$", "", words)]
        assert indexes(lines) == {i for i, label in labels.items() if re.search(named, label)} | more, words
        assert {(b["date_debut"], b["date_fin"]) for b in lines} == {days(words)}, words
        assert {b["force"] for b in lines} == {"police" if about == POLICE else ""}, words
    cited = {b["citation"] for b in BREAKS if "classeur" in b["origine"]}
    assert cited == set(said), "une ligne cite ce que le classeur ne dit pas"


@pytest.mark.real
def test_units_of_count_that_the_list_of_indexes_says_changed_are_breaks() -> None:
    changed = {row[0]: row[3] for row in index_list() if len(row) > 3 and row[3]}
    assert set(changed) == {7, 12}
    for index, words in changed.items():
        [line] = [b for b in of(words, f"index {index}") if "liste-index.xlsx" in b["origine"]]
        assert (line["index_de"], line["index_a"], line["force"]) == (str(index), str(index), "")
        assert (line["date_debut"], line["date_fin"]) == days(words)


def test_what_is_a_mean_is_never_tested_as_a_count() -> None:
    laws = {(r["source"], r["indicateur_code"]): r["loi"] for r in table("indicateurs/regles_diffusion.csv")}
    means = [
        (r["indicateur_code"], r.get("statistique", "suivi_actions"))
        for name in ("indicateurs/indicateurs.csv", "plan/indicateurs_suivi.csv")
        for r in table(name)
        if r["cumul"] == "moyenne"
    ]
    assert means
    for code, source in means:
        assert laws.get((source, code), laws.get((source, ""))) == "aucune", code
