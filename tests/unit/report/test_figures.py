"""A figure is written in its unit: half a post is not none, a count has no decimals, a mean has two."""

from __future__ import annotations

import re

import pytest

from pipelines.report.charts import Point, chart, sparkline
from pipelines.report.figures import number_format, rounded
from pipelines.settings.model import SOURCES
from tests.support.tables import rows


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
    most = {row["unite"]: int(row["decimales"]) for row in rows(SOURCES / "units.csv")}
    assert most
    for unit, decimals in most.items():
        assert rounded(2 / 3, unit) == round(2 / 3, decimals)
        assert number_format(2 / 3, unit) == "#,##0." + "0" * decimals


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ([0.5, 0.75, None, 0.25], ["0", "0,2", "0,4", "0,6", "0,8"]),
        ([1, 0, 2, 1], ["0", "1", "2"]),
        ([3, 5], ["0", "1", "2", "3", "4", "5"]),
        ([0, 0], ["0"]),
        ([1200, 900], ["0", "200", "400", "600", "800", "1 000", "1 200"]),
    ],
)
def test_an_axis_has_the_decimals_of_its_series(values: list[float | None], expected: list[str]) -> None:
    points = [Point(f"{2019 + n}", value) for n, value in enumerate(values)]
    texts = re.findall(r"<text(?![^>]*bold)[^>]*>([^<]+)</text>", chart(points))
    read = [" ".join(text.split()) for text in texts]
    assert [
        text for text in read if re.fullmatch(r"[\d ,]+", text) and text not in {p.period for p in points}
    ] == expected


def test_what_is_withheld_and_what_is_missing_have_each_their_sign() -> None:
    points = [Point(f"2023-T{n}", value, state=state) for n, (value, state) in enumerate(
        [(12.0, "définitif"), (None, "manquant"), (None, "non publié"), (9.0, "provisoire")], start=1)]  # fmt: skip
    drawn = str(chart(points))
    assert drawn.count(">×<") == drawn.count(">□<") == 1
    assert ">□<" not in str(chart(points[:2]))


@pytest.mark.parametrize("draw", [chart, sparkline])
@pytest.mark.parametrize(
    ("values", "written"), [([3, 12], "12"), ([12, 1215], "1\u202f215"), ([1, 0.5], "0,5"), ([7, None], "7")]
)
def test_the_last_figure_is_written_in_every_chart(draw: object, values: list[float | None], written: str) -> None:
    drawn = str(draw([Point(f"{2019 + n}", value) for n, value in enumerate(values)]))
    assert re.findall(r"<text[^>]*bold[^>]*>([^<]+)</text>", drawn) == [written]


def test_letters_of_a_chart_are_read_on_the_narrowest_screen() -> None:
    """Eleven pixels at least, in a drawing that a screen of 390 shows whole."""
    drawn = str(chart([Point(f"{2019 + n}", 1000.0 * n) for n in range(6)]))
    assert min(float(size) for size in re.findall(r'font-size="([\d.]+)px"', drawn)) >= 11
    assert float(re.search(r'<svg[^>]* width="([\d.]+)"', drawn)[1]) <= 358
