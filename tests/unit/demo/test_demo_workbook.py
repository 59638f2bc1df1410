"""The demonstration's workbook, re-read with another library than the one that writes it.

The expected figures are typed here from the plan 2020-2024 (tables A and D), and not taken from the
CSV the writer uses: a slip in that CSV must fail.
"""

import ast
import os
from datetime import UTC, datetime
from itertools import pairwise
from math import sqrt
from pathlib import Path

import openpyxl
import pytest

import pipelines.demo
from pipelines.demo import DEMONSTRATION_WORKBOOK_NAME, write_demonstration
from pipelines.demo.figures import invent
from pipelines.demo.monthly_4001 import write_monthly_4001
from pipelines.demo.months import spread_over_months
from pipelines.demo.workbook_4001 import write_workbook

YEARS = list(range(2012, 2025))
POLICE = ["CIAT DE CAHORS"]
GENDARMERIE = ["CGD CAHORS", "CGD FIGEAC", "CGD GOURDON"]
SQUADRON = "EDSR DU LOT"  # of the gendarmerie too, and in no column of the ministry's workbook
MONTHS_UNTIL = 2021  # the last whole year of the monthly workbook
UNUSED = {96, 97, 99, 100}
DRUGS = range(55, 59)

# Columns as the plan prints them: 2019, 2018, 2017, 2016.
TABLE_A = {
    "homicides": ([1, 2, 3, 51], [0, 0, 0, 0]),
    "coups et blessures volontaires": ([7], [421, 395, 329, 319]),
    "violences sexuelles": (range(46, 50), [126, 136, 82, 82]),
    "vols avec armes": (range(15, 23), [6, 6, 4, 2]),
    "vols violents sans armes": (range(23, 27), [54, 53, 40, 36]),
    "vols sans violence": (range(27, 44), [2856, 3060, 3108, 2714]),
    "cambriolages": (range(27, 31), [833, 842, 948, 906]),
    "vols de véhicules": (range(34, 37), [171, 229, 184, 231]),
    "vols d'accessoires": ([38], [171, 221, 144, 133]),
    "destructions et dégradations": (range(62, 69), [417, 319, 251, 296]),
    "escroqueries": (range(84, 93), [880, 950, 696, 588]),
}
# 2014 to 2019.
TABLE_D = {
    "CGD CAHORS": [64, 39, 50, 76, 98, 95],
    "CGD FIGEAC": [59, 58, 103, 99, 125, 116],
    "CGD GOURDON": [56, 86, 131, 179, 117, 125],
    "EDSR DU LOT": [8, 3, 13, 28, 85, 72],
}
GGD_46 = [187, 186, 297, 382, 425, 408]


def read(path: Path) -> dict[str, list[tuple]]:
    book = openpyxl.load_workbook(path)
    return {sheet.title: list(sheet.iter_rows(values_only=True)) for sheet in book.worksheets}


def counts(sheets: dict[str, list[tuple]]) -> dict[tuple[int, str, int], int]:
    """(year, service, index) of the used indexes."""
    found = {}
    for year in YEARS:
        for force, header in (("PN", 3), ("GN", 2)):
            rows = sheets[f"Services {force} {year}"]
            for row in rows[header:]:
                for service, value in zip(rows[header - 1][2:], row[2:], strict=True):
                    if row[0] not in UNUSED:
                        found[year, service, row[0]] = value
    return found


def completed(folder: Path, seed: int) -> dict[tuple[int, str, int], int]:
    """The workbook's, and the squadron's: what the monthly workbook counts more, of the whole years that it holds."""
    write_workbook(folder / "classeur.xlsx", seed)
    write_monthly_4001(folder / "mensuel.xlsx", spread_over_months(invent(seed), seed), seed)
    found = counts(read(folder / "classeur.xlsx"))
    header, *rows = read(folder / "mensuel.xlsx")["46"]
    for row in rows:
        for year in range(YEARS[0], MONTHS_UNTIL + 1) if row[0] not in UNUSED else ():
            months = [value for name, value in zip(header, row, strict=True) if str(name).startswith(f"{year}_")]
            assert len(months) == 12
            found[year, SQUADRON, row[0]] = sum(months) - total(found, year, [row[0]])
    assert all(value >= 0 for value in found.values())
    return found


def total(facts: dict[tuple[int, str, int], int], year: int, indexes=None, service=None) -> int:
    return sum(
        value
        for (y, s, i), value in facts.items()
        if y == year and (indexes is None or i in indexes) and service in (None, s)
    )


@pytest.fixture(scope="module")
def path(tmp_path_factory) -> Path:
    target = tmp_path_factory.mktemp("demonstration") / "classeur.xlsx"
    write_workbook(target)
    return target


@pytest.fixture(scope="module")
def sheets(path):
    return read(path)


@pytest.fixture(scope="module")
def facts(tmp_path_factory):
    return completed(tmp_path_factory.mktemp("complet"), 46)


def test_sheets_are_those_of_the_ministry_in_its_order(sheets):
    assert list(sheets) == [
        "Présentation",
        *(f"Services PN {year}" for year in YEARS),
        *(f"Services GN {year}" for year in YEARS),
    ]


def test_first_cell_marks_a_demonstration(sheets):
    lines = [row[0] for row in sheets["Présentation"]]
    assert lines[0] == "DONNÉES DE DÉMONSTRATION — Vigie"
    notice = " ".join(lines[1:])
    for word in ("inventés", "graine 46", "tableau A", "tableau D", "2020-2024", "jamais être mélangé"):
        assert word in notice


@pytest.mark.parametrize("year", YEARS)
def test_headers(sheets, year):
    police = sheets[f"Services PN {year}"]
    assert police[0] == (f"Année {year} - services de police", "Départements", "46")
    assert police[1] == (None, "Périmètres", "DCSP")
    assert police[2] == ("Code index", "Libellé index \\ CSP", *POLICE)
    gendarmerie = sheets[f"Services GN {year}"]
    assert gendarmerie[0] == (f"Année {year} - compagnies de gendarmerie", "Départements", *["46"] * 3)
    assert gendarmerie[1] == ("Code index", "Libellé index \\ CGD", *GENDARMERIE)


@pytest.mark.parametrize(("force", "header"), [("PN", 3), ("GN", 2)])
@pytest.mark.parametrize("year", YEARS)
def test_the_107_indexes_and_their_counts(sheets, year, force, header):
    rows = sheets[f"Services {force} {year}"][header:]
    assert [row[0] for row in rows] == list(range(1, 108))
    labels = {row[0]: row[1] for row in rows}
    assert labels[7] == "Autres coups et blessures volontaires criminels ou correctionnels"
    assert labels[57] == "Usage de stupéfiants"
    assert {labels[index] for index in UNUSED} == {"Index non utilisé"}
    unused = 0 if force == "PN" else None
    for row in rows:
        if row[0] in UNUSED:
            assert set(row[2:]) == {unused}
        else:
            assert all(type(value) is int and value >= 0 for value in row[2:]), row


@pytest.mark.parametrize("series", TABLE_A)
def test_table_a(facts, series):
    indexes, printed = TABLE_A[series]
    assert [total(facts, year, indexes) for year in (2019, 2018, 2017, 2016)] == printed


@pytest.mark.parametrize("service", TABLE_D)
def test_table_d(facts, service):
    assert [total(facts, year, DRUGS, service) for year in range(2014, 2020)] == TABLE_D[service]


def test_table_d_total_of_the_gendarmerie(facts):
    units = [*GENDARMERIE, SQUADRON]
    computed = [sum(total(facts, year, DRUGS, name) for name in units) for year in range(2014, 2020)]
    assert computed == GGD_46


@pytest.mark.parametrize("seed", [1, 2020])
def test_printed_totals_do_not_depend_on_the_seed(tmp_path, seed):
    facts = completed(tmp_path, seed)
    for indexes, printed in TABLE_A.values():
        assert [total(facts, year, indexes) for year in (2019, 2018, 2017, 2016)] == printed
    for service, printed in TABLE_D.items():
        assert [total(facts, year, DRUGS, service) for year in range(2014, 2020)] == printed


def test_yearly_totals_are_those_of_a_rural_departement(facts):
    totals = [total(facts, year) for year in YEARS]
    assert all(4_000 <= value <= 8_000 for value in totals), totals
    of_year = dict(zip(YEARS, totals, strict=True))
    assert 0.80 * of_year[2019] < of_year[2020] < 0.97 * of_year[2019]


@pytest.mark.parametrize("year", YEARS)
def test_split_between_services(facts, year):
    part = {name: total(facts, year, service=name) / total(facts, year) for name in POLICE + GENDARMERIE}
    assert 0.35 <= part["CIAT DE CAHORS"] <= 0.40
    assert part["CIAT DE CAHORS"] > part["CGD FIGEAC"] > part["CGD GOURDON"] > part["CGD CAHORS"] > 0.10
    squadron = total(facts, year, service=SQUADRON)
    assert squadron < 0.03 * total(facts, year)
    if 2016 <= year <= MONTHS_UNTIL:
        assert total(facts, year, DRUGS, SQUADRON) > 0.5 * squadron > 0


@pytest.mark.parametrize("seed", [46, 1, 2020])
def test_no_index_jumps_from_one_year_to_the_next(tmp_path, seed):
    """A change stays under a part of the larger year, plus what chance alone gives a count (2 √n).

    The part is 45 %, because a group the plan prints moves by 40 % by itself (violences sexuelles, 82 to
    136) and 2020 is the year of the lockdowns; it is 15 % up to 2016, where nothing printed forces a move
    but the stupéfiants of table D.
    """
    write_workbook(tmp_path / "classeur.xlsx", seed)
    facts = counts(read(tmp_path / "classeur.xlsx"))
    for index in {index for _, _, index in facts}:
        for before, after in pairwise(YEARS):
            values = [total(facts, year, [index]) for year in (before, after)]
            part = 0.15 if after <= 2016 and index not in DRUGS else 0.45
            allowed = part * max(values) + 2 * sqrt(max(values))
            assert abs(values[1] - values[0]) <= allowed, (index, after, values)


def test_same_seed_same_bytes_other_seed_other_figures(path, sheets, tmp_path):
    write_workbook(tmp_path / "encore.xlsx", 46)
    assert (tmp_path / "encore.xlsx").read_bytes() == path.read_bytes()
    write_workbook(tmp_path / "autre.xlsx", 47)
    assert counts(read(tmp_path / "autre.xlsx")) != counts(sheets)


@pytest.mark.long
def test_the_files_replace_the_former_ones_and_are_dated_after_the_last_figure(tmp_path):
    landing = tmp_path / "depot"
    written = write_demonstration(landing)
    assert written[0] == landing / DEMONSTRATION_WORKBOOK_NAME
    written[0].write_bytes(b"ancien")
    write_demonstration(landing)
    assert sorted(os.listdir(landing)) == sorted(path.name for path in written)
    assert "Présentation" in read(written[0])
    assert {path.stat().st_mtime for path in written} == {datetime(2025, 1, 31, 12, tzinfo=UTC).timestamp()}


def test_the_years_of_the_plan_do_not_depend_on_those_that_follow(facts):
    """What the demonstration told of 2012 to 2020 before it went further, so that no figure given moves."""
    assert [total(facts, year) for year in YEARS[:9]] == [4878, 5038, 5138, 5228, 5536, 6111, 6615, 6466, 5760]


def test_a_failed_write_leaves_the_former_file_and_no_draft(tmp_path, monkeypatch):
    target = tmp_path / "classeur.xlsx"
    target.write_bytes(b"ancien")

    def full_disk(*_):
        raise OSError("disque plein")

    monkeypatch.setattr("pipelines.demo.workbook_4001._write_gendarmerie", full_disk)
    with pytest.raises(OSError, match="disque plein"):
        write_workbook(target)
    assert [(p.name, p.read_bytes()) for p in tmp_path.iterdir()] == [("classeur.xlsx", b"ancien")]


def test_the_writer_shares_no_code_with_the_reader():
    for module in Path(pipelines.demo.__file__).parent.glob("*.py"):
        for node in ast.walk(ast.parse(module.read_text(encoding="utf-8"))):
            names = [a.name for a in node.names] if isinstance(node, ast.Import) else []
            if isinstance(node, ast.ImportFrom):
                assert node.level == 0
                names = [node.module]
            for name in names:
                # A full disk and an interruption are told, and a table of the project is found and read, in one way.
                own = name.startswith("pipelines.demo.") or name in {
                    "pipelines.machine.disk",
                    "pipelines.machine.interruption",
                    "pipelines.settings.model",
                    "pipelines.settings.tables",
                }
                assert not name.startswith("pipelines") or own, (module, name)
