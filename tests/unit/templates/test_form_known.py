"""A form shows beside each box what the home last knew, says what a demonstration is, and never reads either back."""

from __future__ import annotations

import csv
import datetime as dt
import shutil
from pathlib import Path

import openpyxl
import pytest

from pipelines.catalogue.load import load_catalogue
from pipelines.home.register import Register
from pipelines.reading.parse import Limits, parse_file
from pipelines.reception.receive import receive
from pipelines.settings.model import Settings
from pipelines.templates import Known, Template, choose, table_as_csv
from tests.support.filling import fill, opened, place, records, save_filled, schemas, sheets

TODAY = dt.date(2025, 2, 15)
CATALOGUE, LIMITS = load_catalogue(), Limits(64, 1_000_000, today=TODAY)
MARK = "DONNÉES DE DÉMONSTRATION"


def received(settings: Settings) -> list[tuple[str, str]]:
    """(name, status) of every delivery once what is in the landing folder was received; nothing is built."""
    with Register(settings.paths.register) as register:
        receive(settings, register, CATALOGUE, "essai")
        return [(d["nom"], d["statut"]) for d in register.deliveries()]


@pytest.fixture(scope="module")
def demonstration(demo_files: Path, tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """A home that received a part of the demonstration."""
    settings = Settings(home=tmp_path_factory.mktemp("home"), departement="46", stability_seconds=0, today=TODAY)
    settings.paths.create()
    for file in sorted(demo_files.iterdir()):
        if file.name.startswith(("retours-services-faits-2020", "retours-iscg-2021", "suivi-actions-2021")):
            shutil.copy(file, settings.paths.landing)
    assert {status for _, status in received(settings)} == {"acceptee"}
    return settings


def forms(settings: Settings, *asked: str | None) -> list[Template]:
    return choose("46", TODAY, *asked, known=Known(settings.paths))[0]


def beside(template: Template, name: str, header: str) -> dict[int, object]:
    """Line → what stands in a column that is read past."""
    sheet, schema = opened(template)[name], schemas(template.source.name)[name]
    line, _ = place(sheet, schema)
    columns = [c.column for c in sheet[line] if c.value == header]
    return {n: sheet.cell(n, c).value for c in columns for n, _ in records(sheet, schema)}


def sent(demo_files: Path, month: int, service: str) -> dict[int, int | None]:
    """Index → facts, as the demonstration's own CSV has them."""
    text = (demo_files / "retours-services-faits-2020-demonstration.csv").read_text(encoding="cp1252")
    rows = csv.DictReader(text.splitlines()[1:], delimiter=";")
    mine = [r for r in rows if r["service"] == service and int(r["mois"]) == month]
    return {int(r["code_index"]): int(r["faits_constates"]) if r["faits_constates"] else None for r in mine}


def test_the_last_month_in_use_is_beside_each_box(demonstration: Settings, demo_files: Path) -> None:
    for asked, last in (("2021-01", 12), ("2020-06", 5), ("2024-09", 12)):
        [template] = forms(demonstration, "service_returns", asked, "CGD CAHORS")
        table = template.tables[0]
        assert str(table.known_period) == f"2020-{last:02d}"
        sheet, schema = opened(template)["Faits"], schemas("service_returns")["Faits"]
        shown = beside(template, "Faits", "Dernier connu : faits constatés")
        told = {values["code_index"]: shown[line] for line, values in records(sheet, schema)}
        expected = sent(demo_files, last, "CGD CAHORS")
        assert len(expected) == 107
        assert any(expected.values())
        assert told == expected


def test_nothing_is_beside_where_nothing_is_known(demonstration: Settings, tmp_path: Path) -> None:
    [template] = forms(demonstration, "service_returns", "2020-01", "CGD CAHORS")
    assert template.tables[0].known_period is None
    assert beside(template, "Faits", "Dernier connu : faits constatés") == {}
    [alone] = choose("46", TODAY, "service_returns", "2021-01", "CGD CAHORS")[0]
    empty = Settings(home=tmp_path / "neuve", departement="46", today=TODAY)
    [new] = forms(empty, "service_returns", "2021-01", "CGD CAHORS")
    assert [t.known_period for t in (*alone.tables, *new.tables)] == [None] * 4
    assert not empty.paths.home.exists(), "a form makes no home"


def test_what_is_beside_is_never_an_answer(demonstration: Settings, tmp_path: Path) -> None:
    for source, period in (("service_returns", "2021-01"), ("iscg", "2022-02"), ("action_followup", "2022-T1")):
        template = forms(demonstration, source, period)[0]
        assert any(t.known_period for t in template.tables)
        book = opened(template)
        book.save(tmp_path / "vide.xlsx")
        verdict = parse_file(tmp_path / "vide.xlsx", "vide", tmp_path / "raw", CATALOGUE, LIMITS)
        assert [d.code for d in verdict.defects] == ["rien_de_rempli"]
        verdict = parse_file(save_filled(template, tmp_path), "plein", tmp_path / "raw", CATALOGUE, LIMITS)
        assert verdict.defects == []
        assert {s.periode for s in verdict.parts} == {period}


def test_a_follow_up_shows_the_quarter_before_and_its_state_in_words(demonstration: Settings) -> None:
    [template] = forms(demonstration, "action_followup", "2022-T1")
    assert {str(t.known_period) for t in template.tables if t.lines} == {"2021-T4"}
    states = set(beside(template, "Actions à mener", "Dernier connu : état").values())
    assert states & {"non commencé", "en cours", "fait", "abandonné"}
    assert not states & {"non_commence", "en_cours", "abandonne"}


def test_a_demonstration_accepts_its_own_forms_and_a_real_home_refuses_them(
    demonstration: Settings, tmp_path: Path
) -> None:
    real = Settings(home=tmp_path / "reelle", departement="46", stability_seconds=0, today=TODAY)
    real.paths.create()
    [own], _ = choose("46", TODAY, "road_barometer", "2023-01", known=Known(real.paths))
    assert own.mark == ""
    save_filled(own, real.paths.landing)
    assert [status for _, status in received(real)] == ["acceptee"]
    [practice] = forms(demonstration, "road_barometer", "2023-03")
    assert practice.mark == MARK
    file = save_filled(practice, demonstration.paths.landing)
    shutil.copy(file, real.paths.landing)
    text = table_as_csv(list(forms(demonstration, "road_barometer", "2023-04")[0].tables), practice.mark)
    (demonstration.paths.landing / "avril.csv").write_bytes(text.replace(b";\r\n", b";3\r\n"))
    found = dict(received(demonstration))
    assert (found[file.name], found["avril.csv"]) == ("acceptee", "acceptee")
    assert dict(received(real))[file.name] == "refusee"


def test_a_demonstration_is_one_whatever_becomes_of_its_notice(demonstration: Settings, tmp_path: Path) -> None:
    [practice] = forms(demonstration, "road_barometer", "2023-05")
    book = opened(practice)
    [(sheet, schema)] = sheets(book, "road_barometer")
    fill(sheet, schema)
    assert sheet["A2"].value.startswith(MARK)
    del book["Notice"]
    book.save(tmp_path / "sans.xlsx")
    assert openpyxl.load_workbook(tmp_path / "sans.xlsx").sheetnames == ["Baromètre", "Remarques", "Listes"]
    verdict = parse_file(tmp_path / "sans.xlsx", "sans", tmp_path / "raw", CATALOGUE, LIMITS)
    assert (verdict.defects, verdict.nature) == ([], "demonstration")
    [real], _ = choose("46", TODAY, "road_barometer", "2023-05")
    verdict = parse_file(save_filled(real, tmp_path), "vrai", tmp_path / "raw", CATALOGUE, LIMITS)
    assert (verdict.defects, verdict.nature) == ([], "reelle")
