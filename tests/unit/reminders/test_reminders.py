"""The words of the messages, and the tables that they stand on."""

from __future__ import annotations

import datetime as dt
import shutil
from pathlib import Path

import pytest

from pipelines.base.spelling import slug
from pipelines.catalogue.load import load_catalogue
from pipelines.catalogue.model import CatalogueError
from pipelines.reminders import Reminder, address, write
from pipelines.reminders.addressed import here_lines, to_fetch_lines
from pipelines.reminders.words import listed, natural, span
from pipelines.settings.model import SEEDS, SOURCES
from tests.support.tables import rows


@pytest.mark.parametrize(
    ("first", "last", "count", "said"),
    [
        ("2021-03", "2021-03", 1, "pour mars 2021"),
        ("2020-12", "2021-02", 3, "de décembre 2020 à février 2021 (3 mois)"),
        ("2024-T1", "2024-T1", 1, "pour le 1er trimestre 2024"),
        ("2023-T4", "2024-T2", 3, "du 4e trimestre 2023 au 2e trimestre 2024 (3 trimestres)"),
        ("2019", "2019", 1, "pour l'année 2019"),
        ("2017", "2021", 5, "de 2017 à 2021 (5 ans)"),
    ],
)
def test_a_run_of_periods_in_words(first: str, last: str, count: int, said: str) -> None:
    assert span(first, last, count) == said


def test_a_long_list_says_how_many_are_left() -> None:
    assert listed(["a", "b"], 2) == "a, b"
    assert listed(["a", "b", "c"], 2) == "a, b et 1 autre"
    assert listed(["a", "b", "c", "d"], 2) == "a, b et 2 autres"


def test_the_tenth_comes_after_the_second() -> None:
    assert sorted(["P3.A2.M10", "P3.A2.M2", "P3.A2.M1"], key=natural) == ["P3.A2.M1", "P3.A2.M2", "P3.A2.M10"]


def test_a_letter_is_written_with_the_spaces_that_no_line_breaks_at(tmp_path: Path) -> None:
    text = "Objet : l'état du 4e trimestre\n\n« Compagnie » : 12 345 faits, 5 % ;\n"
    [letter], _ = write(tmp_path, [Reminder("Maires", dt.date(2025, 2, 15), "état", text, (), (), ())])
    assert letter.read_text(encoding="utf-8") == (
        "Objet\u00a0: l’état du 4ᵉ trimestre\n\n«\u00a0Compagnie\u00a0»\u00a0: 12\u202f345 faits, 5\u202f%\u202f;\n"
    )


@pytest.mark.parametrize(
    "name", ["Éducation nationale", "../../etc/passwd", "Préfecture (coordination) / Lot", "a\\b:c"]
)
def test_no_name_of_a_debtor_escapes_its_folder(name: str) -> None:
    assert slug(name).strip("-")
    assert not set(slug(name)) & set("/\\:.")


def test_every_absence_that_a_source_can_make_has_its_words() -> None:
    worded = {row["absence"]: row for row in rows(SEEDS / "reference" / "absences.csv")}
    named = {t.absence for s in load_catalogue().sources for t in s.tables.values()}
    # Those that models give themselves: what a delivery that came does not hold.
    assert named | {
        "service_absent",
        "territoire_absent",
        "index_arrete",
        "serie_arretee",
        "choix_a_faire",
    } == set(worded)
    assert all(all(row.values()) for row in worded.values())


def test_a_source_owed_by_nobody_known_is_refused_by_name(tmp_path: Path) -> None:
    copy = tmp_path / "sources"
    shutil.copytree(SOURCES, copy)
    file = copy / "iscg" / "source.yml"
    file.write_text(file.read_text(encoding="utf-8").replace("redevables: postes_iscg", "redevables: postes"))
    with pytest.raises(CatalogueError, match=r"sources/iscg/source.yml : redevables vaut postes\."):
        load_catalogue(root=copy)


def absence(source: str, **said: object) -> dict:
    return {
        "absence_id": "a", "source": source, "absence": "livraison", "debiteur": "Producteur", "objet": "table usagers",
        "objet_type": "table", "objet_code": source, "territoire_code": "DEP-46", "table_libelle": "usagers",
        "debiteur_code": source, "elements": "", "action_code": None, "demande": "le fichier", "depuis": "2019",
        "jusqu_a": "2019", "n_periodes": 1, "periode_debut": dt.date(2019, 1, 1), "echeance": dt.date(2020, 10, 31),
        "jour_reference": dt.date(2025, 2, 15),
    } | said  # fmt: skip


def test_nobody_receives_a_letter_for_a_public_file() -> None:
    catalogue = load_catalogue()
    found = address(catalogue, [absence(s.name) for s in catalogue.sources])
    fetched = {s.name for s in catalogue.sources if "telechargement" in (SOURCES / s.name / "source.yml").read_text()}
    assert {row["source"] for row in found.to_fetch} == fetched
    assert not {row["source"] for row in found.letters} & fetched
    [line] = to_fetch_lines([absence("road_safety"), absence("road_safety", jusqu_a="2021", n_periodes=3)])
    assert line == "vigie fetch road_safety : table usagers, de 2019 à 2021"


@pytest.mark.parametrize(
    ("debtor", "house"), [("PREFET", True), ("PREFECTURE", True), ("PROCUREUR", False), ("SOUS_PREFECTURES", False)]
)
def test_the_officer_does_not_write_to_the_house(debtor: str, house: bool) -> None:
    row = absence("action_followup", objet_type="fiche", debiteur_code=debtor, depuis="2024-T4", jusqu_a="2024-T4")
    found = address(load_catalogue(), [row])
    assert (found.here, found.letters) == (([row], []) if house else ([], [row]))


def test_what_the_house_makes_is_to_be_done_here() -> None:
    row = absence("road_barometer", depuis="2019-07", jusqu_a="2019-07")
    assert address(load_catalogue(), [row]).here == [row]
    assert here_lines([row, row]) == ["table usagers (Producteur) : le fichier, pour juillet 2019"]


def test_every_actor_of_the_plan_says_whether_it_is_of_the_house() -> None:
    assert {row["prefecture"] for row in rows(SEEDS / "plan" / "acteurs.csv")} == {"true", "false"}
