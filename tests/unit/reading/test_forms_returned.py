"""What people write in the forms comes back as they wrote it, and what they did not write is not read."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pyarrow.parquet as pq
import pytest

from pipelines.catalogue.load import load_catalogue
from pipelines.reading.parse import Limits, parse_file
from pipelines.reading.verdict import Verdict
from pipelines.templates import Template, as_workbook, choose
from tests.support.filling import fill, opened, place, records, schemas, sheets

TODAY = dt.date(2021, 6, 1)
CATALOGUE, LIMITS = load_catalogue(), Limits(64, 1_000_000, today=TODAY)


def form(source: str, period: str, who: str | None = None) -> Template:
    templates, _ = choose("46", TODAY, source, period)
    return next(t for t in templates if who is None or t.respondent.name == who)


def parsed(book: openpyxl.Workbook, folder: Path, name: str = "retour.xlsx") -> Verdict:
    book.save(folder / name)
    return parse_file(folder / name, "retour", folder / "raw", CATALOGUE, LIMITS)


def raw(folder: Path, source: str, table: str) -> list[dict]:
    return pq.read_table(folder / "raw" / source / table / "retour.parquet").to_pylist()


def test_a_month_comes_back_as_it_was_typed(tmp_path: Path) -> None:
    template = form("service_returns", "2021-03", "CGD CAHORS")
    book, typed = opened(template), {}
    sheet, schema = book["Faits"], schemas("service_returns")["Faits"]
    _, columns = place(sheet, schema)
    for line, values in records(sheet, schema):
        index = values["code_index"]
        if index % 3:
            typed[str(index)] = (str(10 * index), str(index))
            sheet.cell(line, columns["faits_constates"], 10 * index)
            sheet.cell(line, columns["mis_en_cause"], index)
    assert parsed(book, tmp_path).defects == []
    rows = raw(tmp_path, "service_returns", "faits")
    assert len(rows) == 107
    assert {r["code_index"]: (r["faits_constates"], r["mis_en_cause"]) for r in rows if r["faits_constates"]} == typed
    assert {(r["annee"], r["mois"], r["force"], r["service"]) for r in rows} == {
        ("2021", "03", "gendarmerie", "CGD CAHORS")
    }
    assert not any(r["faits_elucides"] or r["faits_vif"] for r in rows)


def test_a_year_is_one_workbook_with_the_right_period_on_every_line(tmp_path: Path) -> None:
    template = form("service_returns", "2019", "CGD FIGEAC")
    book = opened(template)
    known = schemas("service_returns")
    months = [s for s, schema in sheets(book, "service_returns") if schema is known["Faits"] or "Faits" in s.title]
    assert len(months) == 12
    assert all(len(name) <= 31 for name in book.sheetnames)
    for number, sheet in enumerate(months, start=1):
        if number in {2, 7}:  # two months that nobody filled in
            continue
        _, columns = place(sheet, known["Faits"])
        for line, values in records(sheet, known["Faits"]):
            assert values["mois"] == number
            sheet.cell(line, columns["faits_constates"], 1000 * number + values["code_index"])
    verdict = parsed(book, tmp_path)
    assert verdict.defects == []
    assert {s.periode for s in verdict.parts} == {f"2019-{m:02d}" for m in range(1, 13) if m not in {2, 7}}
    for row in raw(tmp_path, "service_returns", "faits"):
        assert int(row["faits_constates"]) == 1000 * int(row["mois"]) + int(row["code_index"])


def test_a_year_of_quarters_is_four_of_them(tmp_path: Path) -> None:
    template = form("action_followup", "2021")
    book = opened(template)
    for sheet, schema in sheets(book, "action_followup"):
        if sheet.title.endswith("T1"):
            fill(sheet, schema)
    assert sum(name.startswith("Indicateurs") for name in book.sheetnames) == 4
    verdict = parsed(book, tmp_path)
    assert verdict.defects == []
    assert {s.periode for s in verdict.parts} == {"2021-T1"}


def test_a_post_that_opened_in_the_year_has_its_own_months() -> None:
    templates, _ = choose("46", dt.date(2023, 1, 1), "iscg", "2022")
    months = {t.respondent.name: [p.period.start.month for p in t.tables] for t in templates}
    assert months == {"POSTE-46-CIAT-CAHORS": list(range(1, 13)), "POSTE-46-CGD-FIGEAC": list(range(7, 13))}


def test_a_form_that_nobody_filled_in_is_one_whatever_its_length(tmp_path: Path) -> None:
    (tmp_path / "annee.xlsx").write_bytes(as_workbook(form("road_barometer", "2020")))
    verdict = parse_file(tmp_path / "annee.xlsx", "annee", tmp_path / "raw", CATALOGUE, LIMITS)
    assert [d.code for d in verdict.defects] == ["rien_de_rempli"]


def test_a_place_is_chosen_by_its_name_on_a_spare_line(tmp_path: Path) -> None:
    book = opened(form("action_followup", "2021-T1"))
    sheet, schema = book["Indicateurs"], schemas("action_followup")["Indicateurs"]
    _, columns = place(sheet, schema)
    spare = records(sheet, schema, spare=True)
    assert len(spare) >= 50
    chosen = {"indicateur_code": "CAMERAS", "territoire_code": "Cahors — COM-46042", "valeur": 3, "statut": "réalisé"}
    for name, value in chosen.items():
        sheet.cell(spare[4][0], columns[name], value)
    assert parsed(book, tmp_path).defects == []
    [row] = raw(tmp_path, "action_followup", "indicateurs")
    assert [row[n] for n in chosen] == ["CAMERAS", "COM-46042", "3", "realise"]
    assert (row["annee"], row["trimestre"], row["code_departement"], row["ligne"]) == ("2021", "1", "46", spare[4][0])


def test_a_code_of_place_is_read_as_before_and_a_wrong_one_is_refused_where_it_is(tmp_path: Path) -> None:
    for written, read in (("COM-46042", "COM-46042"), ("Quartier Saint-X — COM-46999", None)):
        book = opened(form("action_followup", "2021-T1"))
        sheet, schema = book["Indicateurs"], schemas("action_followup")["Indicateurs"]
        _, columns = place(sheet, schema)
        line = records(sheet, schema, spare=True)[0][0]
        for name, value in {
            "indicateur_code": "CAMERAS",
            "territoire_code": written,
            "valeur": 3,
            "statut": "fait",
        }.items():
            sheet.cell(line, columns[name], "provisoire" if name == "statut" else value)
        verdict = parsed(book, tmp_path)
        if read:
            assert raw(tmp_path, "action_followup", "indicateurs")[0]["territoire_code"] == read
        else:
            assert [(d.code, d.ligne) for d in verdict.defects] == [("lieu_inconnu", line)]


def test_a_spare_line_that_lacks_its_code_is_refused_on_its_own_line(tmp_path: Path) -> None:
    book = opened(form("action_followup", "2021-T1"))
    sheet, schema = book["Financements"], schemas("action_followup")["Financements"]
    _, columns = place(sheet, schema)
    line = records(sheet, schema, spare=True)[9][0]
    for name, value in {"fonds": "FIPDR", "dossier": "2021-07", "cout_total_eur": 20000, "accorde_eur": 8000}.items():
        sheet.cell(line, columns[name], value)
    verdict = parsed(book, tmp_path)
    letter = openpyxl.utils.get_column_letter(columns["action_code"])
    assert [(d.code, d.ligne, d.colonne) for d in verdict.defects] == [("cellule_vide", line, letter)]


@pytest.mark.parametrize("written", ["en cours", "En cours", "en_cours", "EN COURS"])
def test_a_state_is_read_as_it_is_said(tmp_path: Path, written: str) -> None:
    book = opened(form("action_followup", "2021-T1"))
    sheet, schema = book["Actions à mener"], schemas("action_followup")["Actions à mener"]
    header, columns = place(sheet, schema)
    sheet.cell(header + 1, columns["etat"], written)
    assert parsed(book, tmp_path).defects == []
    assert [r["etat"] for r in raw(tmp_path, "action_followup", "actions")] == ["en_cours"]


def with_remarks(book: openpyxl.Workbook) -> None:
    for line, text in enumerate(("Effectifs réduits en mars.", "12 faits viennent d'une seule affaire.", 12), start=4):
        book["Remarques"].cell(line, 1, text)


def with_a_sheet(name: str) -> Callable[[openpyxl.Workbook], None]:
    def add(book: openpyxl.Workbook) -> None:
        sheet = book.create_sheet(name)
        sheet.append(["À relire par le chef de service"])
        sheet.append([None, "Total de la main courante :", 12])

    return add


@pytest.mark.parametrize(
    "add", [with_remarks, *(with_a_sheet(n) for n in ("Notes", "notes", "Commentaires", "Lisez-moi", "LISEZ-MOI"))]
)
def test_a_sheet_for_notes_is_passed_over(tmp_path: Path, add: Callable) -> None:
    book = opened(form("road_barometer", "2021-03"))
    [(sheet, schema)] = sheets(book, "road_barometer")
    fill(sheet, schema)
    add(book)
    verdict = parsed(book, tmp_path)
    assert verdict.defects == []
    assert len(raw(tmp_path, "road_barometer", "mesures")) == 14


@pytest.mark.parametrize("name", ["Notes", "Remarques"])
@pytest.mark.parametrize("written", [int, str])
def test_a_table_of_numbers_in_a_sheet_for_notes_is_not_lost(tmp_path: Path, name: str, written: type) -> None:
    book = opened(form("road_barometer", "2021-03"))
    [(sheet, schema)] = sheets(book, "road_barometer")
    fill(sheet, schema)
    notes = book[name] if name in book.sheetnames else book.create_sheet(name)
    for line in range(3):
        for column in range(2):
            notes.cell(5 + line, 2 + column, written(10 * line + column))
    verdict = parsed(book, tmp_path)
    assert [(d.feuille, d.code) for d in verdict.defects] == [(name, "tableau_dans_les_notes")]


def test_the_name_of_a_file_never_recognises_it(tmp_path: Path) -> None:
    book = opened(form("road_barometer", "2021-03"))
    [(sheet, schema)] = sheets(book, "road_barometer")
    fill(sheet, schema)
    for name in ("Retour mensuel - CGD CAHORS - mars 2021.xlsx", "Classeur1.xlsx"):
        verdict = parsed(book, tmp_path, name)
        assert verdict.defects == []
        assert {s.source for s in verdict.parts} == {"road_barometer"}
