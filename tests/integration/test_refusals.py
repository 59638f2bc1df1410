"""A wrong file is refused in words, its bytes are kept, and the rest of the load goes on."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.conftest import Home, real_file

pytestmark = pytest.mark.xdist_group("refus")


def rename_header(book) -> None:
    book["Services GN 2017"]["A2"] = "Code indice"


def text_in_a_number(book) -> None:
    book["Services PN 2018"]["C9"] = "n.c."


def test_bad_files_beside_a_good_one(home: Home, demo_workbook: Path, damaged: Callable, tmp_path: Path) -> None:
    home.drop(demo_workbook)
    bad = {
        "en-tête.xlsx": damaged(rename_header).read_bytes(),
        "texte.xlsx": damaged(text_in_a_number).read_bytes(),
        "tronqué.xlsx": demo_workbook.read_bytes()[:9000],
        "autre.xlsx": real_file("etat4001", "liste-index.xlsx").read_bytes(),
        "note.csv": b"a;b\n1;2\n",
    }
    for name, content in bad.items():
        (home.landing / name).write_bytes(content)
    told = home.load()

    assert told["code_sortie"] == 1
    assert len(told["acceptees"]) == 1
    refused = {d["nom"]: d["defauts"][0] for d in told["refusees"]}
    assert {name: d["code"] for name, d in refused.items()} == {
        "en-tête.xlsx": "en_tete_inconnu",
        "texte.xlsx": "valeur_illisible",
        "tronqué.xlsx": "classeur_tronque",
        "autre.xlsx": "feuille_inconnue",
        "note.csv": "feuille_inconnue",
    }
    places = {n: (d["feuille"], d["ligne"], d["colonne"]) for n, d in refused.items()}
    assert places["en-tête.xlsx"] == ("Services GN 2017", 2, "A")
    assert places["texte.xlsx"] == ("Services PN 2018", 9, "C")
    assert "« Code indice »" in refused["en-tête.xlsx"]["constat"]
    assert refused["en-tête.xlsx"]["attendu"] == "« Code index »"
    assert all(d["remede"] for d in refused.values())

    kept = {f.read_bytes() for f in (home.folder / "quarantine").glob("*/contenu")}
    assert kept == set(bad.values())
    assert home.sql("select count(*) from qualite.livraisons where statut = 'refusee'") == [[5]]
    assert home.sql("select count(*) > 4 from qualite.refus where remede <> ''") == [[True]]
    assert home.sql("select valeur from indicateurs.valeurs where indicateur_code = 'CBV_4001' "
                    "and territoire_code = 'DEP-46' and periode = '2019'") == [[421]]  # fmt: skip

    shown = home.run("deliveries", told["refusees"][0]["livraison_id"])
    assert "À faire" in shown.stdout
    again = home.load()
    assert (again["code_sortie"], again["deja_refusees"]) == (0, 5)


def test_only_bad_files_publish_nothing(home: Home, damaged: Callable) -> None:
    home.drop(damaged(rename_header))
    told = home.load()
    assert told["code_sortie"] == 2
    assert not home.warehouse.exists()
    said = home.run("load")
    assert said.returncode == 0
    assert "déjà refusé" in said.stderr


def test_the_screen_says_what_to_do(home: Home, damaged: Callable) -> None:
    home.drop(damaged(text_in_a_number))
    said = home.run("load").stderr
    assert "Refusé : copie.xlsx" in said
    assert "feuille « Services PN 2018 », ligne 9, colonne C : « n.c. » n'est pas un nombre de faits." in said
    assert "Attendu : un nombre entier positif ou nul, de dix millions au plus." in said
    assert "À faire : écrire un nombre entier, ou laisser la cellule vide" in said
    assert "quarantaine" in said


@pytest.mark.long
def test_a_demonstration_and_real_data_never_mix(home: Home, demo_workbook: Path, damaged: Callable) -> None:
    home.drop(demo_workbook)
    assert home.load()["code_sortie"] == 0

    def real(book) -> None:
        book["Présentation"]["A1"] = "Sommaire"
        book.properties.title = "Crimes et délits"

    home.drop(damaged(real, "reel.xlsx"))
    told = home.load()
    assert told["code_sortie"] == 2
    assert told["refusees"][0]["defauts"][0]["code"] == "nature_contraire"
    assert "VIGIE_HOME" in told["refusees"][0]["defauts"][0]["remede"]
    assert list((home.folder / "raw" / "police" / "services").glob("*.parquet")).__len__() == 2


@pytest.mark.long
@pytest.mark.parametrize("first", ["demo", "real"])
def test_in_one_load_the_real_file_has_the_say(home: Home, demo_workbook: Path, damaged: Callable, first: str) -> None:
    def real(book) -> None:
        book["Présentation"]["A1"] = "Sommaire"
        book.properties.title = "Crimes et délits"

    home.drop(demo_workbook, "a.xlsx" if first == "demo" else "b.xlsx")
    home.drop(damaged(real, "reel.xlsx"), "b.xlsx" if first == "demo" else "a.xlsx")
    told = home.load()
    assert told["code_sortie"] == 1
    assert home.sql("select nature from reference.publication") == [["reelle"]]


@pytest.mark.long
def test_a_conflict_is_named_and_settled_by_withdraw(home: Home, demo_workbook: Path, damaged: Callable) -> None:
    def correct(book) -> None:
        book["Services GN 2019"]["C9"] = 999

    home.drop(demo_workbook)
    home.drop(damaged(correct))
    told = home.load()
    assert told["code_sortie"] == 0
    assert {(c["source"], c["tranche"]) for c in told["conflits"]} == {("gendarmerie", "2019")}
    assert "vigie withdraw" in home.run("load").stderr or told["conflits"]

    loser = next(c["livraison_id"] for c in told["conflits"] if c["rang"] == 2)
    winner = next(c["livraison_id"] for c in told["conflits"] if c["rang"] == 1)
    assert home.run("withdraw", winner).returncode == 64  # a reason is asked for
    done = home.run("withdraw", winner, "--motif", "saisie erronée")
    assert done.returncode == 0, done.stderr
    decision = next((home.folder / "archive").glob(f"{winner}*/decisions/0001.json"))
    assert json.loads(decision.read_text(encoding="utf-8"))["motif"] == "saisie erronée"
    told = home.load()
    assert (told["code_sortie"], told["conflits"]) == (0, [])
    assert home.sql("select distinct livraison_id from qualite.tranches where retenue") == [[loser]]
    assert home.sql(f"select statut, motif from qualite.livraisons where livraison_id = '{winner}'") == [
        ["retiree", "saisie erronée"]
    ]


@pytest.mark.long
def test_a_missing_company_is_not_read_as_a_fall(home: Home, damaged: Callable) -> None:
    def forget_figeac(book) -> None:
        sheet = book["Services GN 2019"]
        column = next(c.column for c in sheet[2] if c.value == "CGD FIGEAC")
        sheet.delete_cols(column)

    home.drop(damaged(forget_figeac))
    assert home.load()["code_sortie"] == 0
    rows = home.sql(
        "select territoire_code, valeur, motif_code, motif from indicateurs.valeurs where periode = '2019' "
        "and indicateur_code = 'CBV_4001' and territoire_code in ('ARR-462', 'DEP-46', 'ZGN-46', 'ZPN-46') order by 1"
    )
    assert [r[0] for r in rows if r[1] is None] == ["ARR-462", "DEP-46", "ZGN-46"]
    assert all("Compagnie de gendarmerie de Figeac" in r[3] for r in rows if r[1] is None)


@pytest.mark.long
def test_an_empty_cell_makes_its_sums_missing(home: Home, damaged: Callable) -> None:
    def empty(book) -> None:
        sheet = book["Services PN 2019"]
        row = next(r[0].row for r in sheet.iter_rows() if r[0].value == 7)
        sheet.cell(row, 3).value = None

    home.drop(damaged(empty))
    assert home.load()["code_sortie"] == 0
    rows = home.sql(
        "select territoire_code, valeur is null, motif_code from indicateurs.valeurs where periode = '2019' "
        "and indicateur_code = 'CBV_4001' and territoire_code in ('DEP-46', 'ZPN-46', 'ZGN-46') order by 1"
    )
    assert rows == [["DEP-46", True, "cellule_vide"], ["ZGN-46", False, None], ["ZPN-46", True, "cellule_vide"]]
