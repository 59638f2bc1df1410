"""A sheet is read by exactly one layout, or refused with the place, the expectation and the remedy."""

from __future__ import annotations

from pathlib import Path

import pytest

from pipelines.base.refusal import Refused, column_letter
from pipelines.catalogue.code_lists import code_list
from pipelines.catalogue.load import load_catalogue
from pipelines.catalogue.model import Catalogue
from pipelines.reading.matrix import read_matrix
from pipelines.reading.recognise import recognise

INDEXES = [str(i) for i in range(1, 108)]


@pytest.fixture(scope="module")
def catalogue() -> Catalogue:
    return load_catalogue()


def sheet_gn(year: str = "2019", services: tuple[str, ...] = ("CGD CAHORS", "CGD FIGEAC")) -> list[list[object]]:
    """A gendarmerie sheet as calamine gives it: numbers are floats, empty cells are empty texts."""
    return [
        [f"Année {year} - compagnies de gendarmerie", "Départements", *["46"] * len(services)],
        ["Code index", "Libellé index \\ CGD", *services],
        *([float(i), f"index {i}", *[float(i + k) for k in range(len(services))]] for i in range(1, 108)),
    ]


def read(grid: list[list[object]], catalogue: Catalogue, sheet: str = "Services GN 2019"):
    return read_matrix(sheet, grid, recognise(sheet, grid, catalogue.layouts("xlsx")), catalogue)


def refusal(grid: list[list[object]], catalogue: Catalogue, sheet: str = "Services GN 2019"):
    with pytest.raises(Refused) as caught:
        read(grid, catalogue, sheet)
    return caught.value.defects


def test_a_sound_sheet_gives_one_row_a_crossing(catalogue: Catalogue) -> None:
    got = read(sheet_gn(), catalogue)
    rows = got.rows.to_pylist()
    assert (got.slice.tranche, got.slice.cellules, got.slice.vides, len(rows)) == ("2019", 214, 0, 214)
    assert rows[3] == {
        "tranche": "2019", "feuille": "Services GN 2019", "ligne": 4, "colonne": "D", "annee": "2019",
        "code_departement": "46", "service": "CGD FIGEAC", "code_index": "2", "libelle_index": "index 2",
        "faits_constates": "3",
    }  # fmt: skip


def test_an_empty_cell_is_a_row_without_value(catalogue: Catalogue) -> None:
    grid = sheet_gn()
    grid[2][2] = ""
    got = read(grid, catalogue)
    assert (got.slice.cellules, got.slice.vides) == (213, 1)
    assert got.rows.to_pylist()[0]["faits_constates"] is None


def test_a_missing_value_is_other_content_than_zero(catalogue: Catalogue) -> None:
    zero, empty = sheet_gn(), sheet_gn()
    zero[2][2], empty[2][2] = 0.0, ""
    assert read(zero, catalogue).slice.empreinte != read(empty, catalogue).slice.empreinte


def test_a_banner_above_the_table_does_not_hide_it(catalogue: Catalogue) -> None:
    grid = [["Diffusion restreinte", "", "", ""], ["", "", "", ""], *sheet_gn()]
    assert read(grid, catalogue).rows.to_pylist()[0]["ligne"] == 5


def test_empty_columns_and_rows_are_nothing(catalogue: Catalogue) -> None:
    grid = [[*row[:2], "", *row[2:], "", ""] for row in sheet_gn()] + [[""] * 6] * 3
    assert read(grid, catalogue).slice.cellules == 214


def test_numbers_stored_as_french_text_are_numbers(catalogue: Catalogue) -> None:
    grid = sheet_gn()
    grid[2][2], grid[3][2] = "1\u202f234", " 56\u00a0"
    values = [r["faits_constates"] for r in read(grid, catalogue).rows.to_pylist()]
    assert (values[0], values[2]) == ("1234", "56")


@pytest.mark.parametrize(
    ("row", "column", "value", "code", "place", "expected"),
    [
        (1, 0, "Code indice", "en_tete_inconnu", (2, "A"), "« Code index »"),
        (0, 1, "", "en_tete_manquant", (1, "B"), "« Départements »"),
        (0, 2, "460", "code_inconnu", (1, "C"), None),
        (0, 2, 46.0, None, None, None),
        (1, 3, "", "cle_vide", (2, "D"), None),
        (1, 3, "CGD CAHORS", "cle_en_double", (2, "D"), None),
        (1, 3, "CGD SOUILLAC", "service_inconnu", (2, "D"), "un de : CGD CAHORS"),
        (2, 3, "douze", "valeur_illisible", (3, "D"), "un nombre entier"),
        (2, 3, 1.5, "valeur_illisible", (3, "D"), "un nombre entier"),
        (2, 3, -1.0, "valeur_illisible", (3, "D"), "un nombre entier"),
        (2, 3, "#REF!", "valeur_illisible", (3, "D"), "un nombre entier"),
        (2, 0, 108.0, "code_inconnu", (3, "A"), None),
        (2, 0, "Total", "code_inconnu", (3, "A"), None),
        (2, 0, 2.0, "cle_en_double", (4, "A"), None),
    ],
)
def test_each_fault_has_its_name_and_its_place(catalogue, row, column, value, code, place, expected) -> None:
    grid = sheet_gn()
    grid[row][column] = value
    if code is None:
        assert read(grid, catalogue).slice.cellules == 214
        return
    defect = next(d for d in refusal(grid, catalogue) if d.code == code)
    assert defect.feuille == "Services GN 2019"
    assert (defect.ligne, defect.colonne) == place
    assert defect.remede
    if expected:
        assert defect.attendu.startswith(expected)


def test_a_missing_index_is_named(catalogue: Catalogue) -> None:
    grid = [row for row in sheet_gn() if row[0] != 27.0]
    defect = refusal(grid, catalogue)[0]
    assert defect.code == "code_absent"
    assert defect.constat.endswith(": 27")


def test_sheet_name_and_title_must_agree(catalogue: Catalogue) -> None:
    defect = refusal(sheet_gn("2018"), catalogue)[0]
    assert defect.code == "annee_contradictoire"
    assert "2019" in defect.constat
    assert "2018" in defect.constat


def test_a_renamed_sheet_is_told_its_name(catalogue: Catalogue) -> None:
    defect = refusal(sheet_gn(), catalogue, "Feuil1")[0]
    assert defect.code == "nom_de_feuille"
    assert "« Services GN 2019 »" in defect.remede


def test_a_sheet_of_something_else_is_said_to_be_so(catalogue: Catalogue) -> None:
    defect = refusal([["Recettes", "Dépenses"], [1.0, 2.0]], catalogue, "Budget")[0]
    assert defect.code == "feuille_inconnue"
    assert "sources/README.md" in defect.attendu
    assert "vigie templates" in defect.remede


def test_an_added_header_is_refused(catalogue: Catalogue) -> None:
    police = [
        ["Année 2019 - services de police", "Départements", "46"],
        ["Note", "Périmètres", "DCSP"],
        ["Code index", "Libellé index \\ CSP", "CIAT DE CAHORS"],
        *([float(i), f"index {i}", 1.0] for i in range(1, 108)),
    ]
    defect = refusal(police, catalogue, "Services PN 2019")[0]
    assert (defect.code, defect.ligne, defect.colonne) == ("en_tete_inconnu", 2, "A")


def test_every_defect_of_a_sheet_is_reported_at_once(catalogue: Catalogue) -> None:
    grid = sheet_gn()
    grid[2][2], grid[5][3] = "?", "néant"
    assert [(d.ligne, d.colonne) for d in refusal(grid, catalogue)] == [(3, "C"), (6, "D")]


def test_column_letters() -> None:
    assert [column_letter(n) for n in (1, 26, 27, 702, 703)] == ["A", "Z", "AA", "ZZ", "AAA"]


def test_an_ambiguous_sheet_names_both_layouts(catalogue: Catalogue) -> None:
    layouts = catalogue.layouts("xlsx")
    with pytest.raises(Refused) as caught:
        recognise("Services GN 2019", sheet_gn(), [*layouts, *layouts])
    assert caught.value.defects[0].code == "layout_ambigu"


def test_the_index_list_is_the_ministrys(catalogue: Catalogue) -> None:
    assert code_list("index_4001.code_index") == INDEXES


def test_a_table_of_sources_that_contradicts_itself_is_named(tmp_path: Path) -> None:
    import shutil

    from pipelines.catalogue.model import CatalogueError
    from pipelines.settings.model import SOURCES

    copy = tmp_path / "sources"
    shutil.copytree(SOURCES, copy)
    table = copy / "police" / "columns.csv"
    table.write_text(table.read_text(encoding="utf-8").replace(",titre,", ",en-haut,"), encoding="utf-8")
    with pytest.raises(CatalogueError, match=r"police/columns\.csv, ligne 2"):
        load_catalogue(copy)
