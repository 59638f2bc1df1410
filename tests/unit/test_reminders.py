"""The words of the messages, and the tables that they stand on."""

from __future__ import annotations

import csv
import datetime as dt
import re
import shutil
from pathlib import Path

import pytest

from pipelines.intake.catalogue import CatalogueError
from pipelines.intake.catalogue_files import load_catalogue
from pipelines.reminders import compose
from pipelines.reminders.words import listed, natural, slug, span
from pipelines.settings import SEEDS, SOURCES, Settings


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


@pytest.mark.parametrize(
    "name", ["Éducation nationale", "../../etc/passwd", "Préfecture (coordination) / Lot", "a\\b:c"]
)
def test_no_name_of_a_debtor_escapes_its_folder(name: str) -> None:
    assert slug(name).strip("-")
    assert not set(slug(name)) & set("/\\:.")


def test_every_absence_that_a_source_can_make_has_its_words() -> None:
    with (SEEDS / "reference" / "absences.csv").open(encoding="utf-8", newline="") as file:
        worded = {row["absence"]: row for row in csv.DictReader(file)}
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


@pytest.mark.parametrize(
    ("source", "said"),
    [("road_safety", ["vigie fetch road_safety"]), ("road_barometer", []), ("ssmsi", ["vigie fetch ssmsi"])],
)
def test_a_public_file_is_asked_with_the_command_that_fetches_it(source: str, said: list[str], tmp_path: Path) -> None:
    missing = {
        "absence_id": "a", "source": source, "absence": "livraison", "debiteur": "Producteur", "objet": "table usagers",
        "objet_type": "source", "objet_code": source, "territoire_code": "DEP-46", "table_libelle": "usagers",
        "elements": "", "action_code": None, "demande": "le fichier", "depuis": "2019", "jusqu_a": "2019",
        "n_periodes": 1,
        "periode_debut": dt.date(2019, 1, 1), "echeance": dt.date(2020, 10, 31), "jour_reference": dt.date(2025, 2, 15),
    }  # fmt: skip
    if source == "road_barometer":
        missing |= {"depuis": "2019-07", "jusqu_a": "2019-07"}
    [reminder] = compose(Settings(home=tmp_path, today=dt.date(2025, 2, 15)), [missing], {})
    assert re.findall(r"vigie fetch \w+", reminder.text) == said
