"""A figure is written in its unit: half a post is not none, a count has no decimals, a mean has two."""

from __future__ import annotations

import csv

import pytest

from pipelines.report.figures import number_format, rounded
from pipelines.settings import SOURCES


@pytest.mark.parametrize(
    ("value", "unit", "expected"),
    [
        (0.5, "ETP", "#,##0.0"),
        (0.75, "ETP", "#,##0.00"),
        (-0.25, "ETP", "#,##0.00"),
        (1.0, "ETP", "#,##0"),
        (0.0, "ETP", "#,##0"),
        (0.1 + 0.2, "ETP", "#,##0.0"),
        (33.333333, "%", "#,##0.00"),
        (12.5, "%", "#,##0.0"),
        (100.0, "%", "#,##0"),
        (7650.0, "€", "#,##0"),
        (7650.25, "€", "#,##0.00"),
        (37.666667, "personnes en moyenne par mois", "#,##0.00"),
        (12.0, "faits constatés", "#,##0"),
        (1234567, "habitants", "#,##0"),
        # Not to be expected of a count; were it there, it would not be hidden by its format.
        (1.5, "réunions", "#,##0.0"),
    ],
)
def test_a_cell_shows_the_decimals_that_its_figure_has(value: float, unit: str, expected: str) -> None:
    assert number_format(value, unit) == expected


def test_no_figure_has_more_decimals_than_its_unit_takes() -> None:
    with (SOURCES / "units.csv").open(encoding="utf-8", newline="") as table:
        most = {row["unite"]: int(row["decimales"]) for row in csv.DictReader(table)}
    assert most
    for unit, decimals in most.items():
        assert rounded(2 / 3, unit) == round(2 / 3, decimals)
        assert number_format(2 / 3, unit) == "#,##0." + "0" * decimals
