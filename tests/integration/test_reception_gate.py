"""The first gate, file by file: every table's limit, and a suite that cannot be run."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from pipelines.base.wording import number
from pipelines.home.archive import MachineFault
from pipelines.quality.reception import ReceptionGate, reception_suites
from pipelines.quality.rules import RECEPTION, parameters, read_rules
from tests.mutants import caught
from tests.mutants.damage import WORKBOOK_4001, cell_4001, change_first, change_first_line, workbook
from tests.mutants.loading import received
from tests.support.kept_workers import kept_workers
from tests.support.returns import cumulative, year_of

__all__ = ["kept_workers"]

pytestmark = pytest.mark.xdist_group("mutants")

LIMITS = {
    name.removeprefix("VALEUR_DEMESUREE__").replace("__", "."): int(value)
    for name, value in parameters().items()
    if name.startswith("VALEUR_DEMESUREE__")
}


def in_list(
    name: str, sheet: str, column: str, wanted: Callable[[dict], bool] = lambda row: True
) -> Callable[[Path, int], Path]:
    def write(folder: Path, value: int) -> Path:
        change_first(folder / name, sheet, lambda row: row[column] is not None and wanted(row), **{column: value})
        return folder / name

    return write


def in_totals(folder: Path, value: int) -> Path:
    file = folder / "cumul.csv"
    told = year_of("CGD FIGEAC", 2021)
    file.write_bytes(cumulative("CGD FIGEAC", 2021, [1], told, groups=["72-73"], instead={("7", 1): value}))
    return file


def in_csv(name: str, column: str) -> Callable[[Path, int], Path]:
    def write(folder: Path, value: int) -> Path:
        change_first_line(folder / name, lambda row: bool(row[column]), **{column: value})
        return folder / name

    return write


def in_workbook(force: str, service: str) -> Callable[[Path, int], Path]:
    def write(folder: Path, value: int) -> Path:
        with workbook(folder / WORKBOOK_4001) as book:
            cell_4001(book, force, 2019, service, 7).value = value
        return folder / WORKBOOK_4001

    return write


def in_grid(name: str, sheet: str | int, line: int, column: int) -> Callable[[Path, int], Path]:
    def write(folder: Path, value: int) -> Path:
        with workbook(folder / name) as book:
            page = book.worksheets[sheet] if isinstance(sheet, int) else book[sheet]
            assert isinstance(page.cell(line, column).value, int)
            page.cell(line, column).value = value
        return folder / name

    return write


def alone(name: str, header: str, row: str) -> Callable[[Path, int], Path]:
    """A file of one row, as the producer heads it: the demonstration has none of its kind."""

    def write(folder: Path, value: int) -> Path:
        (folder / name).write_text(f"{header}\n{row.format(value)}\n", encoding="utf-8")
        return folder / name

    return write


# Cells of the barometer and of the ISCG that no other cell contradicts.
CELLS = {
    "police.services": in_workbook("PN", "CIAT DE CAHORS"),
    "gendarmerie.services": in_workbook("GN", "CGD FIGEAC"),
    "etat4001_monthly.departements": in_grid("tableaux-4001-ts-demonstration.xlsx", "46", 8, 5),
    "ssmsi.base": in_csv("donnee-dep-2024-geographie2025-demonstration.csv", "nombre"),
    "ssmsi.regions": alone(
        "donnee-reg-2024.csv",
        "Code_region;annee;indicateur;unite_de_compte;nombre;taux_pour_mille;insee_pop;insee_pop_millesime;insee_log;"
        "insee_log_millesime",
        "76;2024;Homicides;Victime;{};NA;6120000;2022;3500000;2021",
    ),
    "ssmsi.communes": alone(
        "donnee-com-2024.csv",
        "CODGEO_2025;annee;indicateur;unite_de_compte;nombre;taux_pour_mille;est_diffuse;insee_pop;insee_pop_millesime;"
        "insee_log;insee_log_millesime;complement_info_nombre;complement_info_taux",
        "46042;2024;Vols de véhicule;Véhicule;{};NA;diff;20120;2022;12606;2021;NA;NA",
    ),
    "road_barometer.mesures": in_list(
        "barometre-securite-routiere-2018-demonstration.xlsx", "Baromètre", "valeur",
        lambda row: row["mesure"] == "suspensions_permis",
    ),
    "service_returns.faits": in_csv("retours-services-faits-2020-demonstration.csv", "faits_constates"),
    "service_returns.faits.cumul": in_totals,
    "service_returns.tranquillite": in_csv("retours-services-tranquillite-2020-demonstration.csv", "faits"),
    "iscg.activite": in_list(
        "retours-iscg-2024-demonstration.xlsx", "Activité ISCG", "valeur", lambda row: row["mesure"] != "personnes"
    ),
    "insee.populations": in_grid("population-municipale-communes-demonstration.xlsx", 1, 10, 8),
    "action_followup.indicateurs": in_list("suivi-actions-2024-demonstration.xlsx", "Indicateurs", "valeur"),
}  # fmt: skip


def test_every_table_that_has_a_limit_is_tried() -> None:
    assert set(CELLS) == set(LIMITS)


@pytest.mark.parametrize("table", LIMITS)
def test_a_value_above_the_limit_of_its_table_is_refused_and_the_limit_itself_is_not(
    demo_files: Path, tmp_path: Path, table: str
) -> None:
    written = {}
    for value in (LIMITS[table], LIMITS[table] + 1):
        copy = tmp_path / str(value)
        shutil.copytree(demo_files, copy)
        written[value] = CELLS[table](copy, value)
    assert received(tmp_path / "limite", written[LIMITS[table]], ReceptionGate()) == []
    found = received(tmp_path / "dessus", written[LIMITS[table] + 1], ReceptionGate())
    caught("VALEUR_DEMESUREE", (f"la valeur {LIMITS[table] + 1}", f"({number(LIMITS[table])})"), found)
    assert len(found) == 1


def test_a_gate_that_cannot_judge_settles_nothing(demo_files: Path, tmp_path: Path) -> None:
    suites = reception_suites()
    suites["road_safety"]["expectations"][0]["type"] = "expect_column_values_to_be_in_sets"
    file = demo_files / "usagers-2023-demonstration.csv"
    with pytest.raises(MachineFault, match=r"Contrôle à la réception .* Corriger expectations/"):
        received(tmp_path / "home", file, ReceptionGate(read_rules(RECEPTION), suites))
    # The same file with the gate mended: nothing of it had been registered.
    assert received(tmp_path / "home", file, ReceptionGate()) == []
