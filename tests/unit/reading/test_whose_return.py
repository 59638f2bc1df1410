"""A return that says another département than the home's is refused for that reason, in each of its forms."""

from __future__ import annotations

import csv
import datetime as dt
import json
from pathlib import Path

import openpyxl
import pytest

from pipelines.base.refusal import Defect
from pipelines.catalogue.load import load_catalogue
from pipelines.reading.parse import parse_file
from pipelines.reading.verdict import Limits
from pipelines.settings.model import SOURCES
from tests.support.tables import rows

CATALOGUE = load_catalogue()
OWN_FORMATS = sorted((s.name, k.name) for s in CATALOGUE.sources for k in s.layouts if k.own_format)


def example(source: str, layout: str) -> dict[str, object]:
    """The example of each field of the schema of a layout, from the table itself."""
    [schema] = [row["schema"] for row in rows(SOURCES / source / "layouts.csv") if row["layout"] == layout]
    fields = json.loads((SOURCES / source / schema).read_text(encoding="utf-8"))["fields"]
    return {f["name"]: f["example"] for f in fields}


def refused(file: Path, own: str | None) -> list[Defect]:
    limits = Limits(64, 1_000_000, dt.date(2030, 1, 1), own=own)
    return parse_file(file, "abcabcabcabc", file.parent / "raw", CATALOGUE, limits).defects


@pytest.mark.parametrize(("source", "layout"), OWN_FORMATS)
@pytest.mark.parametrize("written", ["12", "01", "1"])
def test_every_return_in_text(tmp_path: Path, source: str, layout: str, written: str) -> None:
    row = example(source, layout) | {"code_departement": written}
    file = tmp_path / "retour.csv"
    with file.open("w", encoding="utf-8", newline="") as stream:
        csv.writer(stream, delimiter=";").writerows([row.keys(), row.values()])
    [defect] = refused(file, "46")
    theirs = {"1": "01"}.get(written, written)
    assert defect.code == "autre_departement"
    assert defect.constat == f"ce retour est celui du département {theirs}, ce dossier est celui du 46"
    assert (defect.ligne, defect.colonne) == (2, "code_departement")
    assert all(d.code != "autre_departement" for d in refused(file, None))
    # A post of the Lot under the code of another département is another fault of the same kind.
    found = [d.colonne for d in refused(file, theirs) if d.code == "autre_departement"]
    assert found == (["poste"] if source == "iscg" else [])


def test_a_workbook_says_its_sheet_and_its_column(tmp_path: Path) -> None:
    layout = next(k for s in CATALOGUE.sources for k in s.layouts if (s.name, k.table) == ("iscg", "activite"))
    book = openpyxl.Workbook()
    book.active.title = layout.sheet
    row = example("iscg", "iscg_1") | {"code_departement": "12"}
    book.active.append(list(row))
    book.active.append(list(row.values()))
    book.active.append(list(row.values()))
    book.save(tmp_path / "retour.xlsx")
    [defect] = refused(tmp_path / "retour.xlsx", "46")
    assert defect.constat.endswith("ce dossier est celui du 46 (2 lignes)")
    assert (defect.feuille, defect.ligne) == (layout.sheet, 2)
    assert defect.colonne == openpyxl.utils.get_column_letter(list(row).index("code_departement") + 1)


def test_a_post_of_another_departement_is_one_too(tmp_path: Path) -> None:
    row = example("iscg", "iscg_1") | {"code_departement": "12", "poste": "POSTE-46-CGD-FIGEAC"}
    file = tmp_path / "retour.csv"
    with file.open("w", encoding="utf-8", newline="") as stream:
        csv.writer(stream, delimiter=";").writerows([row.keys(), row.values()])
    [defect] = refused(file, "12")
    assert defect.constat.startswith("ce retour est celui du département 46")
    assert defect.colonne == "poste"


def test_the_files_of_the_country_are_not_returns(tmp_path: Path) -> None:
    file = tmp_path / "base.csv"
    file.write_text(
        "code_departement;code_region;annee;indicateur;unite_de_compte;nombre;taux_pour_mille;insee_pop;"
        "insee_pop_millesime;insee_log;insee_log_millesime\n12;76;2024;Homicides;Victime;3;0,0;279000;2022;121000;2021\n",
        encoding="utf-8",
    )
    assert refused(file, "46") == []
