"""Half of the services open a template with LibreOffice: what it saves is what was filled in."""

from __future__ import annotations

import datetime as dt
import shutil
import subprocess
from pathlib import Path

import openpyxl
import pyarrow.parquet as pq
import pytest
from openpyxl.comments import Comment

from pipelines.intake.catalogue_files import load_catalogue
from pipelines.intake.parse import Limits, parse_file
from pipelines.intake.whole_file import look_at_workbook
from pipelines.templates import Template, as_workbook, choose
from tests.filling import save_filled
from tests.support.canaries import SHEET, WORKBOOK, book, saved

TODAY = dt.date(2021, 6, 1)
CATALOGUE, LIMITS = load_catalogue(), Limits(64, 1_000_000, today=TODAY)


@pytest.fixture(scope="module")
def templates() -> list[Template]:
    if shutil.which("libreoffice") is None:
        pytest.skip("LibreOffice n'est pas installé : apt-get install libreoffice-calc")
    return choose("46", TODAY)[0]


def saved_by_libreoffice(files: list[Path], folder: Path) -> None:
    profile = f"-env:UserInstallation=file://{folder}/profil"
    command = ["libreoffice", profile, "--headless", "--convert-to", "xlsx:Calc MS Excel 2007 XML", "--outdir"]
    done = subprocess.run([*command, folder, *files], capture_output=True, text=True, timeout=240, check=False)
    assert done.returncode == 0, done.stderr


def raw_rows(file: Path, name: str, raw: Path) -> dict[str, list[tuple]]:
    verdict = parse_file(file, name, raw, CATALOGUE, LIMITS)
    assert verdict.defects == []
    read = {}
    for part in verdict.parts:
        table = pq.read_table(raw / part.source / part.table / f"{name}.parquet")
        read[part.table] = [tuple(row.values()) for row in table.to_pylist()]
    return read


def test_a_template_saved_by_libreoffice_gives_the_same_rows(templates: list[Template], tmp_path: Path) -> None:
    (tmp_path / "excel").mkdir()
    files = [save_filled(t, tmp_path / "excel") for t in templates]
    saved_by_libreoffice(files, tmp_path / "libre")
    for file in files:
        again = tmp_path / "libre" / file.name
        assert again.read_bytes() != file.read_bytes()
        assert raw_rows(again, file.stem, tmp_path / "a") == raw_rows(file, file.stem, tmp_path / "b")


def test_a_date_in_the_place_of_a_number_is_seen_through_libreoffice(templates: list[Template], tmp_path: Path) -> None:
    template = next(t for t in templates if t.source.name == "iscg")
    file = save_filled(template, tmp_path)
    book = openpyxl.load_workbook(file)
    sheet = book["Activité ISCG"]
    column = [c.value for c in sheet[1]].index("valeur") + 1
    sheet.cell(5, column, dt.date(2021, 2, 1)).number_format = "yyyy-mm-dd"
    book.save(file)
    saved_by_libreoffice([file], tmp_path / "libre")
    verdict = parse_file(tmp_path / "libre" / file.name, "x", tmp_path / "raw", CATALOGUE, LIMITS)
    assert [(d["feuille"], d["ligne"], d["colonne"]) for d in verdict.defects] == [("Activité ISCG", 5, "I")]


def test_a_template_that_nobody_filled_in_is_the_same_too(templates: list[Template], tmp_path: Path) -> None:
    (tmp_path / "excel").mkdir()
    template = next(t for t in templates if t.source.name == "service_returns")
    file = tmp_path / "excel" / f"{template.name}.xlsx"
    file.write_bytes(as_workbook(template))
    saved_by_libreoffice([file], tmp_path / "libre")
    one = parse_file(file, "x", tmp_path / "a", CATALOGUE, LIMITS)
    two = parse_file(tmp_path / "libre" / file.name, "x", tmp_path / "b", CATALOGUE, LIMITS)
    assert [d["code"] for d in one.defects] == [d["code"] for d in two.defects]
    assert [p.cellules for p in one.parts] == [p.cellules for p in two.parts]


# What Calc keeps of a place when it saves in its own format, and in that of an older Excel.
KEPT = [
    "sous le tableau", "à droite du tableau", "dans la notice", "dans une feuille masquée",
    "dans une feuille très masquée",
    "dans un commentaire", "dans le titre du document", "dans la description du document", "dans une propriété ajoutée",
    "dans l'en-tête de page", "dans un nom défini", "dans un message de saisie", "dans une liste de saisie",
    "dans un lien", "dans le titre d'un graphique",
]  # fmt: skip


def test_persons_in_what_libreoffice_saves(templates: list[Template], tmp_path: Path) -> None:
    texts = ["06 39 98 76 54", "z.quatrebarbes@example.org"]
    for i, place in enumerate(KEPT):
        (tmp_path / f"{i}.xlsx").write_bytes(WORKBOOK[place](texts[i % 2]))
    sound = book()
    sound.properties.creator = sound.properties.lastModifiedBy = "Jean QUATREBARBES"
    sound[SHEET]["H2"].comment = Comment("chiffre provisoire", "Jean QUATREBARBES")
    (tmp_path / "sain.xlsx").write_bytes(saved(sound))
    for suffix, kind in (("ods", "ods:calc8"), ("xls", "xls:MS Excel 97")):
        files = sorted(tmp_path.glob("*.xlsx"))
        profile = f"-env:UserInstallation=file://{tmp_path}/profil"
        command = ["libreoffice", profile, "--headless", "--convert-to", kind, "--outdir", tmp_path, *files]
        done = subprocess.run(command, capture_output=True, text=True, timeout=240, check=False)
        assert done.returncode == 0, done.stderr
        missed = [place for i, place in enumerate(KEPT) if not look_at_workbook(tmp_path / f"{i}.{suffix}")]
        assert missed == []
        assert look_at_workbook(tmp_path / f"sain.{suffix}") == []
