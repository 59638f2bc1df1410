"""The monthly workbooks of the two forces have the total's shape: their name alone tells them apart."""

from __future__ import annotations

import itertools
from pathlib import Path

import openpyxl
import pytest

from pipelines.catalogue.load import load_catalogue
from pipelines.home.register import SET_ASIDE, Register
from pipelines.reception.receive import receive
from pipelines.settings.model import Settings
from tests.conftest import case_file

CATALOGUE = load_catalogue()
TOTAL, PART = "tableaux-4001-ts-petit.xlsx", "tableaux-4001-gn-petit.xlsx"


@pytest.mark.parametrize(
    ("name", "layout"),
    [
        ("tableaux-4001-ts.xlsx", "etat4001_mensuel_1996"),
        ("tableaux-4001-pn.xlsx", "etat4001_mensuel_pn_1996"),
        ("Tableaux_4001_PN (2).xlsx", "etat4001_mensuel_pn_1996"),
        ("tableaux-4001-gn-2022-08.xlsx", "etat4001_mensuel_gn_1996"),
    ],
)
def test_one_layout_reads_a_name(name: str, layout: str) -> None:
    found = [k.name for k in CATALOGUE.layouts("xlsx", name=name) if k.source == "etat4001_monthly"]
    assert found == [layout]


def received(folder: Path, names: tuple[str, ...], *, renamed: str | None = None) -> dict[tuple[str, str, str], str]:
    settings = Settings(home=folder, stability_seconds=0)
    settings.paths.create()
    with Register(settings.paths.register) as register:
        for name in names:
            target = settings.paths.landing / (renamed or name)
            target.write_bytes(case_file("etat4001", name).read_bytes())
            intake = receive(settings, register, CATALOGUE, "essai")
            assert intake.refused == []
        return register.in_use()


@pytest.mark.parametrize("names", [(TOTAL,), (PART,), *itertools.permutations((TOTAL, PART))], ids="+".join)
def test_a_force_alone_is_never_the_total(tmp_path: Path, names: tuple[str, ...]) -> None:
    expected = {
        TOTAL: ("etat4001_monthly", "departements", "46"),
        PART: ("etat4001_monthly", "forces", "46|gendarmerie"),
    }
    assert set(received(tmp_path / "home", names)) == {expected[name] for name in names}


@pytest.mark.parametrize(
    "name", ["4001.xlsx", "signalements.xlsx", "tableaux-4001.xlsx", "Classeur1.xlsx"], ids=lambda n: n.split(".")[0]
)
@pytest.mark.parametrize("file", [TOTAL, PART])
def test_a_workbook_whose_name_says_neither_total_nor_force_is_refused_for_that(
    tmp_path: Path, file: str, name: str
) -> None:
    settings = Settings(home=tmp_path / "home", stability_seconds=0)
    settings.paths.create()
    (settings.paths.landing / name).write_bytes(case_file("etat4001", file).read_bytes())
    with Register(settings.paths.register) as register:
        intake = receive(settings, register, CATALOGUE, "essai")
        assert register.in_use() == {}
        [defect] = [d for refused in intake.refused for d in register.defects(refused)]
    assert defect["code"] == "nom_du_fichier"
    assert defect["feuille"] is None  # of the whole file, however many sheets
    assert all(word in defect["attendu"] for word in ("« ts »", "« pn »", "« gn »"))


def test_what_was_set_aside_is_read_again_under_its_own_name(tmp_path: Path) -> None:
    folder = tmp_path / "home"
    received(folder, (PART,), renamed="tableaux-4001-ts.xlsx")
    settings = Settings(home=folder, stability_seconds=0)
    with Register(settings.paths.register) as register:
        [delivery] = register.deliveries()
        register.decide(delivery["livraison_id"], SET_ASIDE, "plus bas partout", "2025-01-01T00:00:00+01:00", "base")
        assert register.in_use() == {}
    assert set(received(folder, (PART,))) == {("etat4001_monthly", "forces", "46|gendarmerie")}
    # The archive keeps the new name: what is made again from there is the same.
    with Register(settings.paths.register) as register:
        register.forget_deliveries()
        receive(settings, register, CATALOGUE, "encore")
        assert set(register.in_use()) == {("etat4001_monthly", "forces", "46|gendarmerie")}
        assert [d["nom"] for d in register.deliveries()] == [PART]


def test_months_are_read_as_the_ministry_heads_them(tmp_path: Path) -> None:
    used = received(tmp_path / "home", ("tableaux-4001-ts-souligne.xlsx",))
    assert {part for _, _, part in used} == {"46", "01"}
    with Register(tmp_path / "home" / "register.sqlite") as register:
        assert {s["edition"] for s in register.selection()} == {"2022-08"}


def test_a_sheet_of_no_departement_is_refused_by_its_name(tmp_path: Path) -> None:
    settings = Settings(home=tmp_path / "home", stability_seconds=0)
    settings.paths.create()
    book = openpyxl.load_workbook(case_file("etat4001", TOTAL))
    for code in ("977", "999"):  # Saint-Barthélemy has its sheet in the producer's file
        book.copy_worksheet(book["46"]).title = code
    book.save(settings.paths.landing / TOTAL)
    with Register(settings.paths.register) as register:
        [delivery] = receive(settings, register, CATALOGUE, "essai").refused
        assert [(d["code"], d["feuille"]) for d in register.defects(delivery)] == [("code_inconnu", "999")]
