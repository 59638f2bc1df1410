"""A value is walked back to places that say what it says: each cited place is opened again in the file as received."""

from __future__ import annotations

import csv
import hashlib
import json
import shutil
from functools import lru_cache
from pathlib import Path

import duckdb
import openpyxl
import pytest
from openpyxl.utils import column_index_from_string

from pipelines.explain import compiled
from pipelines.explain.question import Question, values
from pipelines.explain.walk import walk_each
from pipelines.publication.reading import opened_file
from pipelines.settings.model import Settings
from tests.conftest import Home

pytestmark = pytest.mark.xdist_group("demo")

# One of each way of being counted, in each of the four priority tables; a few at each run.
VALUES = [
    pytest.param("MINEURS_MEC", "ARR-461", "2019", (), marks=pytest.mark.long),
    ("MINEURS_MEC", "DEP-46", "2019-T2", ()),
    pytest.param("P1.A1.I1", "DEP-46", "2023", (), marks=pytest.mark.long),
    pytest.param("CBV_4001", "DEP-46", "2019", (), marks=pytest.mark.long),
    pytest.param("CBV_4001", "DEP-46", "2019-03", ("--source", "retours_services"), marks=pytest.mark.long),
    pytest.param("AVIP_4001", "SRV-46-GN-CGD-FIGEAC", "2019", (), marks=pytest.mark.long),
    pytest.param("CBV_SSMSI", "REG-76", "2022", (), marks=pytest.mark.long),
    ("ISCG_PERSONNES", "DEP-46", "2022", ("--ventilation", "sexe=femmes")),
    pytest.param("ISCG_POSTES", "DEP-46", "2023-T4", (), marks=pytest.mark.long),
    pytest.param("TRANQUILLITE", "DEP-46", "2019", (), marks=pytest.mark.long),
    pytest.param(
        "STUPEFIANTS_4001", "DEP-46", "2021-05", ("--source", "etat4001_departements"), marks=pytest.mark.long
    ),
    ("ACCIDENTS", "ARR-461", "2019-T2", ()),
    pytest.param("TUES", "DEP-46", "2019", (), marks=pytest.mark.long),
    pytest.param("TUES", "DEP-46", "2019", ("--ventilation", "usager=pieton"), marks=pytest.mark.long),
    pytest.param("CONDUITES_ALCOOL", "DEP-46", "2022", (), marks=pytest.mark.long),
]


@pytest.mark.long
def test_the_first_question_of_a_project_is_answered_as_the_next(
    demo_home: Home, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(compiled, "_COMPILED", tmp_path / "explication.json")
    views = "select view_name, sql from duckdb_views() where not internal order by all"
    told = []
    for _ in range(2):
        with compiled.traced(Settings(home=demo_home.folder)) as (db, analyses):
            told.append((db.execute(views).fetchall(), analyses))
    assert told[0] == told[1]
    assert told[0][0], "no model became a view"


def explained(home: Home, *arguments: str) -> dict:
    done = home.run("explain", *arguments, "--json")
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


@lru_cache(maxsize=8)
def sheet_of(file: Path, name: str) -> list[tuple]:
    book = openpyxl.load_workbook(file, read_only=True, data_only=True)
    return list(book[name].iter_rows(values_only=True))


def written(landing: Path, cell: dict) -> dict[str, str] | str:
    """What the file itself has at a cited place: a cell's text, or a line by header."""
    file = landing / cell["nom"]
    if file.suffix == ".csv":
        with file.open(encoding="utf-8-sig", newline="") as stream:
            delimiter = ";" if ";" in file.read_text(encoding="utf-8-sig") else ","
            lines = list(csv.reader(stream, delimiter=delimiter))
        header = next(line for line in lines if len(line) > 1)
        return dict(zip(header, lines[cell["ligne"] - 1], strict=False))
    rows = sheet_of(file, cell["feuille"])
    line = rows[cell["ligne"] - 1]
    if cell["colonne"]:
        return str(line[column_index_from_string(cell["colonne"]) - 1])
    return {str(k): str(v) for k, v in zip(rows[0], line, strict=False) if k}


@pytest.mark.parametrize(("indicator", "territory", "period", "options"), VALUES)
def test_each_cited_place_says_what_is_counted_there(
    demo_home: Home, indicator: str, territory: str, period: str, options: tuple[str, ...]
) -> None:
    told = explained(demo_home, indicator, territory, period, *options)
    cells = told["cellules"]
    assert cells["concorde"] is True
    assert len(cells["lignes"]) == min(cells["nombre"], 100)
    assert told["livraisons"]
    for d in told["livraisons"]:
        assert hashlib.sha256((demo_home.landing / d["nom"]).read_bytes()).hexdigest() == d["sha256"]
    for cell in cells["lignes"]:
        there = written(demo_home.landing, cell)
        if isinstance(there, str):
            assert float(there) == cell["compte"]
        else:
            assert cell["entete"] in there
            if cell["operation"] == "somme":
                assert float(there[cell["entete"]]) == cell["compte"]


def one_of_each(home: Home) -> list[tuple[str, ...]]:
    """One value of the priorities for each source and kind of period, broken down or not, missing or not."""
    shape = (
        "struct_pack(i := indicateur_code, t := territoire_code, p := periode, "
        "v := ventilation_type || '=' || ventilation_code, s := source)"
    )
    with opened_file(home.warehouse) as db:
        return db.execute(
            f"select min_by({shape}, hash(indicateur_code || territoire_code || periode)) "
            "from indicateurs.priorites "
            "group by source, periode_type, ventilation_type = 'total', valeur is null order by all"
        ).fetchall()


@pytest.mark.long
def test_every_shape_of_value_of_the_priority_tables_is_walked_back(demo_home: Home) -> None:
    settings = Settings(home=demo_home.folder)
    shapes = one_of_each(demo_home)
    assert len({s["s"] for (s,) in shapes}) == 8  # every source
    with opened_file(demo_home.warehouse) as db:
        asked = [values(db, Question(*shape.values()))[0] for (shape,) in shapes]
    for shape, value, told in zip(shapes, asked, walk_each(settings, asked), strict=True):
        if value["valeur"] is None:
            assert value["motif"], shape
            continue
        assert told["cellules"]["concorde"] is not False, shape
        assert told["cellules"]["nombre"] or value["valeur"] == 0, shape
        assert told["livraisons"], shape
        assert all(r["cellules"]["concorde"] for r in told["taux"] if r["taux"] is not None), shape


def test_the_printed_421_is_twelve_cells_of_the_monthly_workbook(demo_home: Home) -> None:
    told = explained(demo_home, "CBV_4001", "DEP-46", "2019")
    assert told["valeur"]["valeur"] == 421  # the plan prints it, table A
    assert (told["valeur"]["perimetre"], told["valeur"]["statut"]) == ("complet", "A")
    assert {c["feuille"] for c in told["cellules"]["lignes"]} == {"46"}
    assert (told["cellules"]["nombre"], told["cellules"]["concorde"]) == (12, True)
    (rate,) = told["taux"]
    assert rate["denominateur_valeur"] == 173828  # the plan prints it as well
    assert rate["cellules"] == rate["cellules"] | {"nombre": 1, "concorde": True}  # the figure given for the Lot
    assert rate["taux"] == pytest.approx(1000 * 421 / 173828, abs=0.0001)


def test_the_same_by_service_is_four_cells_and_says_what_is_not_in_them(demo_home: Home) -> None:
    asked = ("CBV_4001", "DEP-46", "2019", "--source", "etat4001_services")
    told = explained(demo_home, *asked)
    assert (told["valeur"]["perimetre"], told["valeur"]["statut"]) == ("services_territoriaux", "D")
    assert {(c["feuille"], c["objet"]) for c in told["cellules"]["lignes"]} == {
        ("Services PN 2019", "CIAT DE CAHORS, index 7"),
        ("Services GN 2019", "CGD CAHORS, index 7"),
        ("Services GN 2019", "CGD FIGEAC, index 7"),
        ("Services GN 2019", "CGD GOURDON, index 7"),
    }
    assert "hors unités non rattachées" in " ".join(demo_home.run("explain", *asked).stdout.split())


def test_a_share_is_its_two_terms(demo_home: Home) -> None:
    told = explained(demo_home, "MINEURS_MEC_PART", "DEP-46", "2019")
    assert [t["indicateur_code"] for t in told["termes"]] == ["MINEURS_MEC", "MIS_EN_CAUSE"]
    sums = {s["indicateur_code"]: s["total"] for s in told["cellules"]["sommes"]}
    assert told["valeur"]["valeur"] == round(100 * sums["MINEURS_MEC"] / sums["MIS_EN_CAUSE"], 2)


def test_a_rate_over_five_years_names_them(demo_home: Home) -> None:
    (rate,) = explained(demo_home, "TUES", "DEP-46", "2019")["taux"]
    years = {y["periode"]: y["valeur"] for y in rate["annees"]}
    assert list(years) == ["2015", "2016", "2017", "2018", "2019"]
    assert rate["numerateur"] == round(sum(years.values()) / 5, 2)


def test_a_killed_pedestrian_is_a_line_of_the_users_file(demo_home: Home) -> None:
    told = explained(demo_home, "TUES", "DEP-46", "2019")
    cited = {(c["nom"], c["ligne"]) for c in told["cellules"]["lignes"]}
    users = next(f for f in demo_home.landing.glob("usagers-2019*"))
    places = next(f for f in demo_home.landing.glob("caracteristiques-2019*"))
    with places.open(encoding="utf-8-sig", newline="") as stream:
        next(stream)
        of_the_lot = {r["Num_Acc"] for r in csv.DictReader(stream, delimiter=";") if r["dep"] == "46"}
    with users.open(encoding="utf-8-sig", newline="") as stream:
        next(stream)
        lines = enumerate(csv.DictReader(stream, delimiter=";"), start=3)
        killed = {(users.name, n) for n, r in lines if r["grav"].strip() == "2" and r["Num_Acc"] in of_the_lot}
    assert cited == killed


def test_a_missing_value_says_why_and_what_is_missing_under_it(demo_home: Home) -> None:
    told = explained(demo_home, "CBV_4001", "FRA", "2019")
    assert told["valeur"]["valeur"] is None
    assert told["valeur"]["motif_code"] == "composante_manquante"
    assert told["manquants"]["nombre"] > 0
    assert all(m["motif"] for m in told["manquants"]["lignes"])
    assert told["cellules"]["concorde"] is None
    shown = demo_home.run("explain", "CBV_4001", "FRA", "2019").stdout
    assert "Valeur manquante" in shown


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("CBV_401", "DEP-46", "2019"), "CBV_4001"),
        (("CBV_4001", "DEP-460", "2019"), "DEP-46"),
        (("CBV_4001", "DEP-46", "1999"), "Périodes"),
        (("CBV_4001", "DEP-46", "2019", "--source", "baac"), "etat4001_services"),
        (("TUES", "DEP-46", "2019", "--ventilation", "usager=avion"), "usager=pieton"),
        (("P1.A1.I1", "FRA", "2023"), "DEP"),
    ],
)
def test_what_does_not_exist_is_answered_with_what_is_near(
    demo_home: Home, arguments: tuple[str, ...], said: str
) -> None:
    done = demo_home.run("explain", *arguments)
    assert done.returncode == 64
    assert said in done.stderr


@pytest.mark.long
def test_cells_that_do_not_make_the_value_are_denounced(demo_home: Home, tmp_path: Path) -> None:
    shutil.copytree(demo_home.folder, tmp_path / "home", ignore=shutil.ignore_patterns("dagster", "dbt", "archive"))
    home = Home(tmp_path / "home")
    with duckdb.connect(str(home.warehouse)) as db:
        db.execute(
            "update indicateurs.valeurs set valeur = valeur + 1 where indicateur_code = 'CBV_4001' "
            "and territoire_code = 'DEP-46' and periode = '2019' and source = 'etat4001_departements'"
        )
    assert explained(home, "CBV_4001", "DEP-46", "2019")["cellules"]["concorde"] is False
    assert "Elles ne font pas la valeur publiée" in home.run("explain", "CBV_4001", "DEP-46", "2019").stdout
