"""The limits of a funnel plot against printed values and Poisson's law itself, and the drawing that holds them."""

from __future__ import annotations

import numpy as np
import pytest

from pipelines.report.funnel import Dot, draw, funnel, specification
from pipelines.statistics.funnel import RARE, USUAL, limits
from tests.support.neighbours_recomputed import poisson_limits


@pytest.mark.parametrize(("expected", "low", "high"), [(1, 0.025, 5.572), (5, 1.623, 11.668), (9, 4.115, 17.085)])
def test_the_exact_limits_are_those_of_the_printed_tables(expected: float, low: float, high: float) -> None:
    """Garwood's limits, as Fingertips prints them, of an expected count of 1, 5 and 9: here rates per 1 000."""
    found = limits(expected, [1000.0], 1000.0, USUAL)
    assert [float(side[0]) for side in found] == pytest.approx([low, high], abs=5e-4)


@pytest.mark.parametrize("level", [USUAL, RARE])
def test_poisson_law_leaves_as_much_outside(level: float) -> None:
    """Within a fact or two of the quantiles, whatever the size."""
    for size in (20_000, 80_000, 175_000, 410_000, 1_200_000):
        low, high = (float(side[0]) * size / 1000 for side in limits(2.44, [size], 1000.0, level))
        at = poisson_limits(2.44 * size / 1000, level)
        assert low == pytest.approx(at[0], abs=2)
        assert high == pytest.approx(at[1], abs=3)


def test_limits_close_in_on_the_rate_as_places_grow_and_the_rarer_are_outside_the_usual() -> None:
    sizes = np.linspace(50_000, 2_000_000, 40)
    (low, high), (lower, higher) = (limits(3.0, sizes, 1000.0, level) for level in (USUAL, RARE))
    assert np.all(np.diff(low) > 0)
    assert np.all(np.diff(high) < 0)
    assert np.all((lower < low) & (low < 3) & (high > 3) & (higher > high))


@pytest.mark.parametrize(("rate", "size"), [(0.0, 100.0), (-1.0, 100.0), (1.0, 0.0)])
def test_a_funnel_without_a_rate_or_people_is_refused(rate: float, size: float) -> None:
    with pytest.raises(ValueError, match="positive"):
        limits(rate, [size], 1000.0, USUAL)


def test_years_that_are_summed_narrow_it() -> None:
    """A rate per million, the mean of five years: its limits are those of five years of people."""
    dots = [Dot("15", 144_000.0, 60.0), Dot("Lot", 175_000.0, 70.0, own=True)]
    one, five = (funnel(dots, 62.0, 1e6, years) for years in (1, 5))
    assert all(b[1] > a[1] and b[2] < a[2] for a, b in zip(one.lines, five.lines, strict=True))
    low, high = limits(62.0, [5 * five.lines[0][0]], 1e6, USUAL)
    assert five.lines[0][1:3] == pytest.approx((float(low[0]), float(high[0])))


def test_where_nothing_was_counted_there_is_no_funnel() -> None:
    assert funnel([Dot("15", 144_000.0, 0.0)], 0.0, 1000.0, 1) is None
    assert funnel([], 1.0, 1000.0, 1) is None


def test_the_drawing_holds_every_point_and_letters_that_are_read() -> None:
    dots = [Dot("15", 144_000.0, 3.0), Dot("23", 116_000.0, 4.1), Dot("Lot", 175_000.0, 2.4, own=True)]
    made = funnel(dots, 3.2, 1000.0, 1)
    told = specification(made, "habitants")["datasets"]
    assert [(p["n"], p["t"], p["d"], p["s"]) for p in told["points"]] == [
        (d.size, d.rate, d.label, int(d.own)) for d in dots
    ]
    svg = str(draw(made, "habitants"))
    assert svg.startswith('<svg aria-hidden="true"')
    assert all(f">{d.label}</text>" in svg for d in dots)
    assert 'font-size="12px"' in svg
    assert not {f'font-size="{n}px"' for n in range(11)} & set(svg.split())
