"""What chance allows, against scipy's own exact test."""

from __future__ import annotations

import math

import pandas as pd
import pytest
from scipy.stats import binomtest

from pipelines.quality.chance import jumps


def frame(*rows: tuple[float, float, int], source: str = "s", period: str = "2019") -> pd.DataFrame:
    made = pd.DataFrame(rows, columns=["observe", "base", "n_annees"])
    return made.assign(source=source, periode=period)


@pytest.mark.parametrize(
    ("x", "base", "years"),
    [(15, 55, 5), (20, 50, 5), (5, 55, 5), (0, 40, 3), (131, 185, 3), (9, 27, 3), (85, 44, 3), (421, 1042, 3)],
)
def test_the_deviation_is_the_exact_conditional_test_of_two_poisson_counts(x: int, base: int, years: int) -> None:
    [row] = jumps(frame((x, base, years))).to_dict("records")
    share = 1 / (years + 1)
    sides = (binomtest(x, x + base, share, alternative=side).pvalue for side in ("less", "greater"))
    p = min(1.0, 2 * min(sides))
    assert row["attendu"] == pytest.approx(base / years)
    assert row["ecart"] == pytest.approx(-math.log10(p), abs=1e-6)


def test_the_golden_cases_of_a_mean_of_five_years() -> None:
    """15 against 55 in five years is chance; 20 against 50 is not, at one in twenty."""
    plain, high = jumps(frame((15, 55, 5), (20, 50, 5)))["ecart"]
    assert plain < -math.log10(0.05) < high


def test_an_expected_value_is_no_deviation_and_an_absurd_one_stays_a_number() -> None:
    same, absurd, gone = jumps(frame((20, 60, 3), (50_000, 30, 3), (0, 30_000, 3)))["ecart"]
    assert same == 0
    assert math.isfinite(absurd)
    assert math.isfinite(gone)
    assert min(absurd, gone) > 100


def test_a_source_that_varies_more_than_chance_is_judged_by_its_own_variation() -> None:
    jump = (160, 300, 3)
    steady = [(100 + i % 3, 300, 3) for i in range(60)]
    restless = [(100 + 30 * (-1) ** i, 300, 3) for i in range(60)]
    among_steady = jumps(frame(jump, *steady))["ecart"].iloc[0]
    among_restless = jumps(frame(jump, *restless))["ecart"].iloc[0]
    alone = jumps(frame(jump))["ecart"].iloc[0]
    assert among_steady == pytest.approx(alone)
    assert among_restless < alone


def test_one_jump_does_not_hide_itself_nor_another_source() -> None:
    steady = [(100, 300, 3)] * 40
    [one] = jumps(frame((900, 300, 3), *steady))["ecart"].iloc[:1]
    assert one > 6
    mixed = pd.concat([frame((160, 300, 3)), frame(*[(400, 300, 3)] * 60, source="autre")], ignore_index=True)
    assert jumps(mixed)["ecart"].iloc[0] == pytest.approx(jumps(frame((160, 300, 3)))["ecart"].iloc[0])
