"""The forms of the plan's steering and of the monthly core: their lines are those of the tables."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from pipelines.catalogue.code_lists import code_table
from pipelines.catalogue.load import load_catalogue
from pipelines.reading.parse import parse_file
from pipelines.reading.verdict import Limits
from pipelines.templates.content import TableTemplate
from pipelines.templates.selection import choose
from pipelines.templates.workbook import as_workbook
from tests.unit.templates.test_templates import save_filled

DAY = dt.date(2025, 9, 1)


def tables(source: str, period: str) -> dict[str, TableTemplate]:
    [template], _ = choose("46", DAY, source, period)
    return {table.name: table for table in template.tables}


def test_an_instance_a_line_and_a_dispositif_a_line() -> None:
    found = tables("plan_steering", "2024-T4")
    assert found.keys() == {"reunions", "dispositifs", "pdasr"}
    for name, code, seed in (
        ("reunions", "instance_code", "instances"),
        ("dispositifs", "dispositif_code", "dispositifs"),
    ):
        assert [row[code] for row in found[name].rows] == [r[code] for r in code_table(seed)]
    # What nobody can foresee starts empty, with room.
    assert found["pdasr"].rows == []
    assert found["pdasr"].spare_rows > 0
    assert len(found["pdasr"].choices["engagement_code"]) == 18


def test_the_lines_of_the_core_are_those_of_its_table() -> None:
    found = tables("socle_commun", "2025-07")["mesures"]
    assert [row["mesure_code"] for row in found.rows] == [r["mesure_code"] for r in code_table("socle_commun_mesures")]
    assert {line.unit for line in found.lines} == {r["unite"] for r in code_table("socle_commun_mesures")}


@pytest.mark.parametrize(("source", "period"), [("plan_steering", "2024-T4"), ("socle_commun", "2025-07")])
def test_a_filled_form_is_read_and_an_empty_one_is_no_return(source: str, period: str, tmp_path: Path) -> None:
    [template], _ = choose("46", DAY, source, period)
    limits = Limits(64, 1_000_000, today=DAY)
    read = parse_file(save_filled(template, tmp_path), template.name, tmp_path / "raw", load_catalogue(), limits)
    assert read.defects == []
    assert {p.table for p in read.parts} == {t.name for t in template.tables}
    empty = tmp_path / "vide.xlsx"
    empty.write_bytes(as_workbook(template))
    refused = parse_file(empty, "vide", tmp_path / "raw", load_catalogue(), limits)
    assert [d.code for d in refused.defects] == ["rien_de_rempli"]
