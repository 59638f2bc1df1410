"""Half of the services open a form with LibreOffice: what it computes and saves is what was filled in."""

from __future__ import annotations

import datetime as dt
import shutil
import subprocess
from dataclasses import replace
from pathlib import Path

import openpyxl
import pyarrow.parquet as pq
import pytest
from openpyxl.comments import Comment

from pipelines.base.periods import Period
from pipelines.catalogue.load import load_catalogue
from pipelines.files.whole_file import look_at_workbook
from pipelines.reading.parse import Limits, parse_file
from pipelines.templates import Template, as_workbook, choose
from tests.support.canaries import SHEET, WORKBOOK, book, saved
from tests.support.filling import opened, place, records, save_filled, schemas, sheets

pytestmark = pytest.mark.long

TODAY = dt.date(2021, 6, 1)
CATALOGUE, LIMITS = load_catalogue(), Limits(64, 1_000_000, today=TODAY)
FACTS = schemas("service_returns")["Faits"]
ISCG = schemas("iscg")["Activité ISCG"]
ROAD = schemas("road_barometer")["Baromètre"]


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


def form(templates: list[Template], source: str) -> Template:
    return next(t for t in templates if t.source.name == source)


def answered(template: Template, file: Path, sheet: str, schema: dict, given: dict[tuple[int, str], object]) -> Path:
    """The form as LibreOffice saves it, with values typed by (rank of the line, field)."""
    book = opened(template, formulas=True)
    _, columns = place(book[sheet], schema)
    lines = [line for line, _ in records(book[sheet], schema)]
    for (rank, name), value in given.items():
        book[sheet].cell(lines[rank], columns[name], value)
    book.save(file)
    saved_by_libreoffice([file], file.parent / "libre")
    return file.parent / "libre" / file.name


def checks(file: Path, sheet: str, schema: dict) -> list[str]:
    """What the form says beside its lines, those that say something."""
    shown = openpyxl.load_workbook(file, data_only=True)[sheet]
    header, _ = place(shown, schema)
    column = next(c.column for c in shown[header] if c.value == "Contrôle")
    said = (shown.cell(line, column).value for line in range(header + 1, shown.max_row + 1))
    return [text.strip() for text in said if text and text.strip()]


def test_a_form_saved_by_libreoffice_gives_the_same_rows(templates: list[Template], tmp_path: Path) -> None:
    """Its formulas have no value when it opens them: LibreOffice computes and saves them."""
    (tmp_path / "excel").mkdir()
    (tmp_path / "sans").mkdir()
    whole = [save_filled(t, tmp_path / "excel") for t in templates]
    saved_by_libreoffice([save_filled(t, tmp_path / "sans", formulas=True) for t in templates], tmp_path / "libre")
    for file in whole:
        again = tmp_path / "libre" / file.name
        assert raw_rows(again, "x", tmp_path / "a") == raw_rows(file, "x", tmp_path / "b")


def test_a_year_saved_by_libreoffice_gives_the_same_rows(templates: list[Template], tmp_path: Path) -> None:
    (tmp_path / "excel").mkdir()
    [year], _ = choose("46", TODAY, "service_returns", "2019", "CGD GOURDON")
    file = save_filled(year, tmp_path / "excel")
    saved_by_libreoffice([file], tmp_path / "libre")
    rows = raw_rows(tmp_path / "libre" / file.name, "x", tmp_path / "a")
    assert rows == raw_rows(file, "x", tmp_path / "b")
    assert len(rows["faits"]) == 12 * 107


def test_the_totals_add_up_as_one_types(templates: list[Template], tmp_path: Path) -> None:
    given = {(0, "faits_constates"): 12, (6, "faits_constates"): 30, (6, "mis_en_cause"): 7, (106, "faits_vif"): 0}
    file = answered(form(templates, "service_returns"), tmp_path / "f.xlsx", "Faits", FACTS, given)
    sheet = openpyxl.load_workbook(file, data_only=True)["Faits"]
    header, columns = place(sheet, FACTS)
    line = next(n for n in range(1, header) if sheet.cell(n, 1).value == "Total saisi")
    totals = {name: sheet.cell(line, columns[name]).value for name in columns if name.startswith(("faits", "mis"))}
    # Nothing typed is no total, never 0.
    assert {name: value for name, value in totals.items() if value not in {None, "", " "}} == {
        "faits_constates": 42, "mis_en_cause": 7, "faits_vif": 0,
    }  # fmt: skip
    assert checks(file, "Faits", FACTS) == []
    [rows] = raw_rows(file, "x", tmp_path / "raw").values()
    assert len(rows) == 107


def test_what_cannot_be_is_said_beside_its_line(templates: list[Template], tmp_path: Path) -> None:
    given = {
        (3, "mis_en_cause"): 2, (3, "mis_en_cause_mineurs"): 3, (4, "faits_constates"): 5, (4, "faits_vif"): 5,
        (5, "faits_constates"): 1.5, (6, "faits_constates"): "beaucoup", (7, "faits_constates"): -1,
    }  # fmt: skip
    file = answered(form(templates, "service_returns"), tmp_path / "f.xlsx", "Faits", FACTS, given)
    wrong = "« Faits constatés » : un nombre entier est attendu."
    assert checks(file, "Faits", FACTS) == ["« Mis en cause mineurs » dépasse « Mis en cause ».", wrong, wrong, wrong]
    # A control is never what a file is refused for: what was typed is.
    verdict = parse_file(file, "x", tmp_path / "raw", CATALOGUE, LIMITS)
    assert {d.code for d in verdict.defects} == {"valeur_illisible"}
    assert len(verdict.defects) == 3


def test_a_breakdown_that_is_not_its_total_is_said(templates: list[Template], tmp_path: Path) -> None:
    # Lines: total, then new and known, then women and men.
    right = {(0, "valeur"): 12, (1, "valeur"): 5, (2, "valeur"): 7, (3, "valeur"): 8}
    file = answered(form(templates, "iscg"), tmp_path / "juste.xlsx", "Activité ISCG", ISCG, right)
    assert checks(file, "Activité ISCG", ISCG) == []
    wrong = {(0, "valeur"): 12, (1, "valeur"): 5, (2, "valeur"): 6, (3, "valeur"): 13}
    file = answered(form(templates, "iscg"), tmp_path / "faux.xlsx", "Activité ISCG", ISCG, wrong)
    assert checks(file, "Activité ISCG", ISCG) == [
        "Ancienneté : 11 pour un total de 12.", "Sexe : 13 pour un total de 12."
    ]  # fmt: skip
    road = {(0, "valeur"): 4, (1, "valeur"): 5, (2, "valeur"): 4}
    file = answered(form(templates, "road_barometer"), tmp_path / "route.xlsx", "Baromètre", ROAD, road)
    assert checks(file, "Baromètre", ROAD) == ["Plus que « Accidents corporels »."]


def test_the_colours_and_the_lists_survive(templates: list[Template], tmp_path: Path) -> None:
    files = [save_filled(t, tmp_path) for t in templates]
    saved_by_libreoffice(files, tmp_path / "libre")
    for template, file in zip(templates, files, strict=True):
        book = openpyxl.load_workbook(tmp_path / "libre" / file.name)
        for sheet, schema in sheets(book, template.source.name):
            _, columns = place(sheet, schema)
            assert sheet.data_validations.dataValidation
            assert bool(sheet.conditional_formatting) is ("controle" in schema["vigie:formulaire"])
            hidden = [c for c in sheet.column_dimensions.values() if c.hidden]
            assert any(c.min <= columns["edition"] <= c.max for c in hidden)


def test_a_date_in_the_place_of_a_number_is_seen_through_libreoffice(templates: list[Template], tmp_path: Path) -> None:
    template = form(templates, "iscg")
    file = save_filled(template, tmp_path)
    book = openpyxl.load_workbook(file)
    sheet = book["Activité ISCG"]
    header, columns = place(sheet, ISCG)
    sheet.cell(header + 4, columns["valeur"], dt.date(2021, 2, 1)).number_format = "yyyy-mm-dd"
    book.save(file)
    saved_by_libreoffice([file], tmp_path / "libre")
    verdict = parse_file(tmp_path / "libre" / file.name, "x", tmp_path / "raw", CATALOGUE, LIMITS)
    letter = openpyxl.utils.get_column_letter(columns["valeur"])
    assert [(d.feuille, d.ligne, d.colonne) for d in verdict.defects] == [("Activité ISCG", header + 4, letter)]


def test_a_form_that_nobody_filled_in_is_the_same_too(templates: list[Template], tmp_path: Path) -> None:
    (tmp_path / "excel").mkdir()
    files = [tmp_path / "excel" / f"{t.name}.xlsx" for t in templates]
    for file, template in zip(files, templates, strict=True):
        file.write_bytes(as_workbook(template))
    saved_by_libreoffice(files, tmp_path / "libre")
    for file in files:
        for read in (file, tmp_path / "libre" / file.name):
            verdict = parse_file(read, "x", tmp_path / "raw", CATALOGUE, LIMITS)
            assert [d.code for d in verdict.defects] == ["rien_de_rempli"]


def test_what_is_far_from_the_last_month_is_said_and_accepted(templates: list[Template], tmp_path: Path) -> None:
    template = form(templates, "service_returns")
    facts, order = template.tables
    last = {("46", "police", "CIAT DE CAHORS", str(i)): {"faits_constates": str(i)} for i in range(1, 108)}
    known = replace(facts, known_period=Period.read("2021-04"), known=last)
    # Four, then a hundred, were last known: 30 and 160 are far from them, 9 and 120 are not.
    given = {(3, "faits_constates"): 30, (8, "faits_constates"): 12, (99, "faits_constates"): 160,
             (100, "faits_constates"): 120}  # fmt: skip
    file = answered(replace(template, tables=(known, order)), tmp_path / "f.xlsx", "Faits", FACTS, given)
    assert checks(file, "Faits", FACTS) == ["Faits constatés : loin du dernier connu."] * 2
    sheet = openpyxl.load_workbook(file, data_only=True)["Faits"]
    header, _ = place(sheet, FACTS)
    column = next(c.column for c in sheet[header] if c.value == "Dernier connu : faits constatés")
    assert [sheet.cell(line, column).value for line in range(1, header)][2:] == ["avril 2021", sum(range(1, 108))]
    verdict = parse_file(file, "x", tmp_path / "raw", CATALOGUE, LIMITS)
    assert verdict.defects == []
    rows = pq.read_table(tmp_path / "raw" / "service_returns" / "faits" / "x.parquet").to_pylist()
    assert {r["code_index"]: r["faits_constates"] for r in rows if r["faits_constates"]} == {
        "4": "30", "9": "12", "100": "160", "101": "120",
    }  # fmt: skip


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
    for i, where in enumerate(KEPT):
        (tmp_path / f"{i}.xlsx").write_bytes(WORKBOOK[where](texts[i % 2]))
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
        missed = [where for i, where in enumerate(KEPT) if not look_at_workbook(tmp_path / f"{i}.{suffix}")]
        assert missed == []
        assert look_at_workbook(tmp_path / f"sain.{suffix}") == []
