"""Places that a return names: known, in their département, there in the period; and the lists that say so."""

from __future__ import annotations

import csv
import datetime as dt
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest

from pipelines.base.refusal import Defect
from pipelines.catalogue.dated_lists import check_dated_lists
from pipelines.catalogue.model import CatalogueError
from pipelines.settings.model import SEEDS
from tests.conftest import real_file
from tests.support.reading import defects
from tests.support.tables import rows

FOLLOWED = "edition;annee;trimestre;code_departement;indicateur_code;territoire_code;valeur;statut"
RETURNED = "edition;annee;mois;code_departement;force;service;nature;faits"  # public order: four lines are a month
BAROMETER = "edition;annee;mois;code_departement;mesure;force;valeur"
POSTS = "edition;annee;mois;code_departement;poste;mesure;ventilation;modalite;valeur"
NATURES = ("tapages", "ivresses_publiques", "occupations", "rassemblements")


def refused(folder: Path, header: str, *lines: str) -> list[Defect]:
    file = folder / "retour.csv"
    file.write_text("\n".join([header, *lines]) + "\n", encoding="utf-8")
    return defects(file, folder)


def followed(folder: Path, place: str, department: str = "46", year: int = 2021) -> list[Defect]:
    return refused(folder, FOLLOWED, f"1;{year};1;{department};P1.A1.I1;{place};3;realise")


def returned(folder: Path, service: str, year: int, month: int, force: str = "gendarmerie") -> list[Defect]:
    lines = [f"1;{year};{month};46;{force};{service};{n};1" for n in NATURES]
    return refused(folder, RETURNED, *lines)


@pytest.mark.parametrize(
    "place",
    ["", "COM-46102", "EPCI-200067361", "ARR-462", "ZPN-46", "ZGN-46", "DEP-46", "SRV-46-GN-CGD-FIGEAC",
     "SRV-46-GN-GGD", "POSTE-46-CIAT-CAHORS", "QRT-46042-TERRE-ROUGE", "CLSPD-46-GRAND-CAHORS"],
)  # fmt: skip
def test_every_kind_of_place_of_the_register_is_read(tmp_path: Path, place: str) -> None:
    assert followed(tmp_path, place) == []


@pytest.mark.parametrize(
    ("place", "near"),
    [
        ("Figeac", "COM-46102 (Figeac)"),  # a name where the code belongs
        ("figeac", "ARR-462 (Figeac)"),
        ("46102", "COM-46102 (Figeac)"),
        ("COM-46999", "COM-46"),
        ("EPCI-200067316", "EPCI-200067361 (CC Grand-Figeac)"),
        ("CC Grand Figeac", "EPCI-200067361 (CC Grand-Figeac)"),
        ("QRT-46042-TERE-ROUGE", "QRT-46042-TERRE-ROUGE (Quartier de Terre Rouge (Cahors))"),
        ("SRV-46-GN-CGD-FIGAC", "SRV-46-GN-CGD-FIGEAC (Compagnie de gendarmerie de Figeac)"),
        ("POSTE-46-CIAT-CAOR", "POSTE-46-CIAT-CAHORS"),
        ("ARR-469", "ARR-46"),
    ],
)
def test_an_unknown_place_is_refused_where_it_stands_with_the_nearest(tmp_path: Path, place: str, near: str) -> None:
    [defect] = followed(tmp_path, place)
    assert (defect.code, defect.ligne, defect.colonne) == ("lieu_inconnu", 2, "territoire_code")
    assert f"« {place} »" in defect.constat
    assert near in defect.attendu
    assert defect.remede


def test_the_departement_is_one_place_whichever_way_it_is_written(tmp_path: Path) -> None:
    lines = [f"1;2021;1;46;P1.A1.I1;{place};{value};realise" for place, value in (("", 3), ("DEP-46", 4))]
    assert [d.code for d in refused(tmp_path, FOLLOWED, *lines)] == ["cle_en_double"]


def test_a_workbook_says_the_sheet_and_the_letter(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "Indicateurs"
    sheet.append(FOLLOWED.split(";"))
    sheet.append([1, 2021, 1, "46", "P1.A1.I1", "COM-46042", 3, "realise"])
    sheet.append([1, 2021, 1, "46", "P1.A1.I1", "Cahor", 3, "realise"])
    file = tmp_path / "suivi.xlsx"
    book.save(file)
    [defect] = [d for d in defects(file, tmp_path) if d.code == "lieu_inconnu"]
    assert (defect.feuille, defect.ligne, defect.colonne) == ("Indicateurs", 3, "F")
    assert "COM-46042 (Cahors)" in defect.attendu


def test_a_place_of_another_departement_is_none_of_this_one(tmp_path: Path) -> None:
    [defect] = followed(tmp_path, "COM-12202")
    assert (defect.code, defect.colonne) == ("lieu_inconnu", "territoire_code")
    [defect] = followed(tmp_path, "COM-46042", "12")
    assert defect.code == "lieu_inconnu"


def test_where_no_table_lists_the_communes_their_form_is_judged(tmp_path: Path) -> None:
    for place in ("COM-12202", "EPCI-241200633", "ARR-122", "ZGN-12", ""):
        assert followed(tmp_path, place, "12") == [], place
    for place in ("COM-1220", "COM-46042", "Rodez", "QRT-12202-X", "ARR-461"):
        assert [d.code for d in followed(tmp_path, place, "12")] == ["lieu_inconnu"], place
    assert followed(tmp_path, "COM-97209", "972") == []


def test_a_place_that_is_gone_is_refused_with_what_took_its_place(tmp_path: Path) -> None:
    # Sarrazac joined Cressensac on 1 January 2019 (code officiel géographique).
    assert followed(tmp_path, "COM-46298", year=2018) == []
    [defect] = followed(tmp_path, "COM-46298", year=2021)
    assert (defect.code, defect.ligne) == ("lieu_ferme", 2)
    assert "31/12/2018" in defect.constat
    assert "COM-46083" in defect.remede
    [defect] = followed(tmp_path, "EPCI-200042828", year=2021)  # the Grand-Figeac of before 2017
    assert defect.code == "lieu_ferme"


def test_a_service_is_refused_by_name_with_the_nearest_and_its_column(tmp_path: Path) -> None:
    [defect] = returned(tmp_path, "CGD FIGAC", 2021, 3)
    assert (defect.code, defect.ligne, defect.colonne) == ("service_inconnu", 2, "service")
    assert "le plus proche : CGD FIGEAC" in defect.attendu


def test_a_post_is_refused_by_its_code_and_before_it_opens(tmp_path: Path) -> None:
    line = "1;{year};3;46;{post};etp;total;total;1"
    [defect] = refused(tmp_path, POSTS, line.format(year=2022, post="POSTE-46-CGD-FIGAC"))
    assert (defect.code, defect.colonne) == ("code_inconnu", "poste")
    assert "POSTE-46-CGD-FIGEAC" in defect.attendu
    [defect] = refused(tmp_path, POSTS, line.format(year=2022, post="POSTE-46-CGD-FIGEAC"))
    assert (defect.code, defect.ligne, defect.colonne) == ("lieu_ferme", 2, "poste")
    assert "01/07/2022" in defect.constat


def test_a_departement_that_no_list_knows_is_refused_by_every_form(tmp_path: Path) -> None:
    for header, line in (
        (BAROMETER, "1;2021;3;461;accidents;ensemble;1"),
        (FOLLOWED, "1;2021;1;461;P1.A1.I1;;1;realise"),
        (RETURNED, "1;2021;3;461;police;CIAT DE CAHORS;tapages;1"),
        (POSTS, "1;2021;3;461;POSTE-46-CIAT-CAHORS;etp;total;total;1"),
    ):
        [defect, *_] = refused(tmp_path, header, line)
        assert (defect.code, defect.colonne, defect.ligne) == ("code_inconnu", "code_departement", 2)
        assert "46 (Lot)" in defect.attendu


# ---- the lists themselves


def tables(**changed: Callable[[list[dict[str, str]]], None]) -> Callable[[str], list[dict[str, str]]]:
    def table(name: str) -> list[dict[str, str]]:
        lines = rows(SEEDS / "reference" / f"{name}.csv")
        if name in changed:
            changed[name](lines)
        return lines

    return table


def row_of(rows: list[dict[str, str]], code: str) -> dict[str, str]:
    return next(r for r in rows if code in r.values())


def reopened(rows: list[dict[str, str]], closed: str, opened: str, **other: str) -> None:
    line = row_of(rows, "SRV-46-GN-CGD-FIGEAC")
    rows.append(line | {"valide_de": opened} | other)
    line["valide_a"] = closed


def test_a_service_that_reopens_elsewhere_is_one_line_more() -> None:
    check_dated_lists(tables(services=lambda r: reopened(r, "2017-12-31", "2018-01-01", code_arrondissement="463")))
    check_dated_lists(tables(services=lambda r: reopened(r, "2015-12-31", "2018-01-01", service="CGD NOUVELLE")))


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda r: reopened(r, "2018-01-01", "2018-01-01"), "chevauchent"),
        (lambda r: reopened(r, "", "2018-01-01"), "chevauchent"),
        (lambda r: reopened(r, "2017-12-31", "2018-01-01", zone_code="ZPN-46"), "change de zone_code"),
        # One name, two services: whose figures would they be?
        (lambda r: r.append(row_of(r, "CGD FIGEAC") | {"territoire_code": "SRV-46-GN-AUTRE"}), "chevauchent"),
        (lambda r: row_of(r, "CGD FIGEAC").update(valide_de=""), "valide_de est vide"),
        (lambda r: row_of(r, "CGD FIGEAC").update(valide_a="31/12/2017"), "Attendu : une date"),
        (lambda r: row_of(r, "CGD FIGEAC").update(valide_a="2011-12-31"), "précède"),
    ],
)
def test_lines_that_contradict_each_other_stop_with_their_place(change: Callable, said: str) -> None:
    with pytest.raises(CatalogueError, match=rf"services\.csv, ligne \d+ : .*{said}"):
        check_dated_lists(tables(services=change))


@pytest.mark.parametrize("name", ["postes_iscg", "communes", "lieux", "arrondissements"])
def test_no_list_of_places_says_one_twice(name: str) -> None:
    with pytest.raises(CatalogueError, match=rf"{name}\.csv, ligne \d+ : .*chevauchent"):
        check_dated_lists(tables(**{name: lambda rows: rows.append(dict(rows[0]))}))


@pytest.mark.real
def test_the_communes_of_the_lot_are_those_of_the_insee_year_by_year() -> None:
    file = real_file("insee", "lot46_communes_arrondissement_epci_population_2014_2024.csv")
    with file.open(encoding="utf-8", newline="") as stream:
        told = {
            (r["CODGEO"], int(r["MILLESIME"])): (r["ARR"], r["EPCI"].replace("ZZZZZZZZZ", ""))
            for r in csv.DictReader(stream)
        }
    listed = {}
    for row in tables()("communes"):
        begins, ends = row["valide_de"] or "2014-01-01", row["valide_a"] or "2024-12-31"
        for year in range(2014, 2025):
            if begins <= dt.date(year, 1, 1).isoformat() <= ends:
                listed[row["code_commune"], year] = (row["code_arrondissement"], row["code_epci"])
    assert listed == told
    with real_file("insee", "v_commune_2025.csv").open(encoding="utf-8", newline="") as stream:
        today = {r["COM"] for r in csv.DictReader(stream) if (r["TYPECOM"], r["DEP"]) == ("COM", "46")}
    assert {r["code_commune"] for r in tables()("communes") if not r["valide_a"]} == today
