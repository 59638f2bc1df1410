"""Golden values typed from the methods' own publications, and the same quantities asked of scipy another way."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import betabinom, binom, binomtest, nbinom, poisson

from pipelines.statistics.changes import Changes, compare, significant
from pipelines.statistics.control import adjusted, last_signal, limits, signals
from pipelines.statistics.dispersion import common, shrunk, squares
from pipelines.statistics.intervals import count_interval, proportion_interval, rate, rate_interval
from pipelines.statistics.trend import DOWN, FLAT, UNKNOWN, UP, trend
from pipelines.statistics.words import BETTER, FALL, NEUTRAL, NOT_SHOWN, RISE, WORSE, reading, verdict

counts = st.integers(0, 3000)


@pytest.mark.parametrize(
    ("count", "low", "high"),
    [(0, 0, 3.689), (1, 0.025, 5.572), (5, 1.623, 11.668), (9, 4.115, 17.085), (10, 4.787, 18.391),
     (15, 8.389, 24.742), (100, 81.362, 121.628)],
)  # fmt: skip
def test_the_interval_of_a_count(count: int, low: float, high: float) -> None:
    found = count_interval([count])
    assert (round(found[0][0], 3), round(found[1][0], 3)) == (low, high)


@given(st.integers(0, 9))
def test_the_exact_interval_leaves_a_fortieth_on_each_side(count: int) -> None:
    (low,), (high,) = count_interval([count])
    assert poisson.cdf(count, high) == pytest.approx(0.025, abs=1e-9)
    if count:
        assert poisson.sf(count - 1, low) == pytest.approx(0.025, abs=1e-9)


@given(st.integers(10, 5000))
def test_byar_is_close_to_the_exact_interval(count: int) -> None:
    (low,), (high,) = count_interval([count])
    assert poisson.sf(count - 1, low) == pytest.approx(0.025, abs=3e-4)
    assert poisson.cdf(count, high) == pytest.approx(0.025, abs=3e-4)


def test_a_rate_keeps_its_terms_and_refuses_what_is_none() -> None:
    assert rate([3235], [173828], 1000)[0] == pytest.approx(18.61, abs=0.005)
    low, high = rate_interval([9], [173828], 1_000_000)
    assert (round(low[0], 2), round(high[0], 2)) == (round(4.115 / 0.173828, 2), round(17.085 / 0.173828, 2))
    for counts_, exposure in (([1], [0]), ([1], [-5])):
        with pytest.raises(ValueError, match="denominator"):
            rate(counts_, exposure, 1000)
    with pytest.raises(ValueError, match="negative"):
        count_interval([-1])


@given(st.integers(1, 500), st.data())
def test_a_proportion_is_wilsons(trials: int, data: st.DataObject) -> None:
    successes = data.draw(st.integers(0, trials))
    wanted = binomtest(successes, trials).proportion_ci(method="wilson")
    (low,), (high,) = proportion_interval([successes], [trials])
    assert (low, high) == pytest.approx((wanted.low, wanted.high), abs=1e-9)
    for x, n in ((1, 0), (3, 2), (-1, 4)):
        with pytest.raises(ValueError, match="proportion"):
            proportion_interval([x], [n])


def said(found: Changes) -> str:
    """The verdict of one change that is alone in its family."""
    return verdict(found.p_value[0], found.ratio[0], bool(significant(found.p_value)[0]), spoken_for=True)


def test_nine_road_deaths_then_fifteen() -> None:
    found = compare([9], [15])
    assert round(found.p_value[0], 4) == 0.3075
    assert (round(found.ratio_low[0], 3), round(found.ratio_high[0], 3)) == (0.683, 4.319)
    assert np.isnan(found.percent[0]), "under ten facts no percentage is printed"
    assert said(found) == NOT_SHOWN


def test_nine_then_twenty_one_alone_in_its_family_is_a_rise() -> None:
    found = compare([9], [21])
    assert round(found.p_value[0], 3) == 0.043
    assert said(found) == RISE
    among = significant([found.p_value[0], *[0.6] * 9])
    assert not among.any(), "one of ten tests at 0.043 is what chance gives"


@pytest.mark.parametrize(("reference", "first"), [(9, 21), (20, 36), (50, 73), (100, 131), (1000, 1091)])
def test_the_first_significant_rise(reference: int, first: int) -> None:
    found = [bool(significant(compare([reference], [b]).p_value)[0]) for b in range(reference, first + 1)]
    assert found.index(True) == len(found) - 1


@pytest.mark.parametrize(("count", "base", "years", "p"), [(15, 55, 5, 0.265), (20, 50, 5, 0.015)])
def test_against_the_mean_of_years(count: int, base: int, years: int, p: float) -> None:
    assert round(float(compare([base], [count], reference_exposure=years).p_value[0]), 3) == p


@settings(max_examples=150)
@given(counts, counts)
def test_the_change_is_scipys(reference: int, current: int) -> None:
    found = compare([reference], [current])
    if reference + current == 0:
        assert found.p_value[0] == 1
        return
    n = reference + current
    if n <= 400:  # two-sided by hand: all that is no likelier than what was seen
        each = binom.pmf(np.arange(n + 1), n, 0.5)
        assert found.p_value[0] == pytest.approx(min(1.0, each[each <= each[current] * (1 + 1e-7)].sum()), abs=1e-6)
    assert found.ratio_low[0] <= found.ratio[0] <= found.ratio_high[0]
    other = compare([current], [reference])
    assert other.p_value[0] == pytest.approx(found.p_value[0])


def test_exposures_count_and_what_is_missing_is_missing() -> None:
    assert compare([10], [20], 1.0, 2.0).p_value[0] == pytest.approx(1.0)
    missing = compare([np.nan, 12], [3, np.nan])
    assert np.isnan(missing.p_value).all()
    assert not significant(missing.p_value).any()
    assert compare([100], [131]).percent[0] == pytest.approx(31)
    assert np.isnan(compare([0], [40]).percent[0])
    with pytest.raises(ValueError, match="exposure"):
        compare([1], [1], 0)
    with pytest.raises(ValueError, match="negative"):
        compare([-1], [1])


def test_what_cannot_be_tested_weighs_on_no_other() -> None:
    assert significant([0.04, np.nan, np.nan]).tolist() == [True, False, False]
    assert significant([np.nan]).tolist() == [False]
    assert significant([0.07]).tolist() == [False], "one test alone keeps the usual threshold"


@pytest.mark.parametrize(
    ("series", "said"),
    [
        ([100, 130, 160, 190, 220], UP), ([220, 190, 160, 130, 100], DOWN), ([100, 101, 99, 102, 100], FLAT),
        ([9, 12, 8, 15, 11], FLAT), ([100, 130, 160, 190], UNKNOWN), ([100, 130, np.nan, 190, 220], UNKNOWN),
        ([5, 100, 130, 160, 190, 220], UP),
    ],
)  # fmt: skip
def test_a_trend_of_five_points(series: list[float], said: str) -> None:
    assert trend(series, *count_interval(series)) == said


def test_one_point_alone_makes_no_trend() -> None:
    series = [100, 100, 100, 100, 400]
    low, high = count_interval(series)
    assert trend(series, low, high) == FLAT


CALM = [20, 22, 19, 21, 20, 18, 22, 21, 19, 20, 21, 20]


def test_a_control_chart_says_what_stands_out() -> None:
    assert not signals(CALM, 12).any()
    low, mean, high = limits([*CALM, 500], 12)
    assert (round(mean, 2), low < 20 < high) == (20.25, True), "what comes after the baseline does not move it"
    assert (low, high) == pytest.approx((mean - 2.66 * 20 / 11, mean + 2.66 * 20 / 11)), "3 / 1.128 of the moving range"
    assert signals([*CALM, 27], 12).nonzero()[0].tolist() == [12]
    assert signals([*CALM, *[24, 25, 24, 26, 25, 24, 25]], 12)[-7:].all()
    assert signals([10, 12, 9, 11, 10, 11, 12, 13, 14, 15, 16, 17], 12)[5:].all()
    assert np.isnan(limits(CALM[:11], 12)[0])
    assert not signals(CALM[:11], 12).any()


def test_the_last_point_of_a_control_chart_is_read_alone() -> None:
    calm = [10, 12, 9, 11, 10, 12, 9, 11, 10, 12, 9, 11]
    assert last_signal([*calm, 27], 12) == "haut"
    assert last_signal([*calm, 0], 12) == "bas"
    assert last_signal([*calm, 27, *calm], 12) == "aucun", "what stood out long ago is no news"
    # Seven that fall, the last of them still over the mean: the way they went is what is said.
    assert last_signal([1, 2, 1, 2, 1, 2, 1, 2, 1, 2, 1, 2, 40, 39, 38, 37, 36, 35, 34], 12) == "bas"
    assert last_signal(calm, 12) == "non_calculable", "what judges is not judged"


def test_a_season_is_taken_out_and_its_mean_is_known_from_three_years() -> None:
    x = np.array([10, 30, 20, 40, 12, 28, 22, 38, 11, 32, 18, 42, 11, 30, 20, 70])
    seasons = np.arange(16) % 4
    means = np.array([x[:12][seasons[:12] == s].mean() for s in range(4)])
    plain = x - means[seasons] + x[:12].mean()
    assert adjusted(x, 12, seasons) == pytest.approx(plain)
    width = 3 / 1.128 * np.abs(np.diff(plain[:12])).mean() * np.sqrt(4 / 2)
    low, _, high = limits(x, 12, seasons)
    assert (low, high) == pytest.approx((plain[:12].mean() - width, plain[:12].mean() + width), rel=1e-3)
    assert signals(x, 12, seasons).nonzero()[0].tolist() == [15]


@settings(max_examples=60)
@given(st.integers(1, 400), st.integers(0, 400), st.floats(1.05, 9))
def test_the_dispersed_change_is_scipys_beta_binomial(reference: int, current: int, phi: float) -> None:
    found = compare([reference], [current], dispersion=phi)
    n, strength = reference + current, (reference + current) / 2 / (phi - 1)
    law = betabinom(n, strength, strength)
    low, high = law.cdf(current), law.sf(current - 1)
    assert found.p_value[0] == pytest.approx(min(1.0, 2 * min(low, high)), abs=1e-6)
    outside = not found.ratio_low[0] <= 1 <= found.ratio_high[0]
    if abs(found.p_value[0] - 0.05) > 1e-6:
        assert outside == (found.p_value[0] < 0.05), "the interval holds 1 where the test says nothing"
    plain = compare([reference], [current])
    assert found.ratio_low[0] <= plain.ratio_low[0] + 1e-6
    assert found.ratio_high[0] >= plain.ratio_high[0] - 1e-6


def test_the_law_of_the_dispersed_change_is_that_of_two_negative_binomials() -> None:
    mean, phi, n = 12.0, 2.5, 24
    size = mean / (phi - 1)
    each = nbinom.pmf(np.arange(n + 1), size, 1 / phi)
    assert (nbinom.mean(size, 1 / phi), nbinom.var(size, 1 / phi)) == pytest.approx((mean, phi * mean))
    given_sum = each * each[::-1] / (each * each[::-1]).sum()
    wanted = 2 * given_sum[: 7 + 1].sum()
    assert compare([n - 7], [7], dispersion=phi).p_value[0] == pytest.approx(wanted)


def test_a_dispersion_is_that_of_the_past_drawn_to_its_family() -> None:
    assert squares([9, 20, 4, np.nan], [15, 10, 5, 3]).tolist()[:2] == pytest.approx([36 / 24, 100 / 30])
    assert np.isnan(squares([4, np.nan], [5, 30])).all(), "fewer than ten facts say nothing"
    assert common([]) == 1.0
    assert common([0.2, 0.4]) == 1.0, "no series varies less than chance has it"
    assert common([2.0, 4.0]) == 3.0
    assert shrunk(10.0, 2, 3.0) == pytest.approx((10 + 4 * 3) / 6)
    assert shrunk(0.0, 0, 1.0) == 1.0
    with pytest.raises(ValueError, match="dispersion"):
        compare([1], [1], dispersion=0.5)


@pytest.mark.parametrize(
    ("said", "polarity", "read"),
    [(RISE, "hausse_defavorable", WORSE), (FALL, "hausse_defavorable", BETTER), (RISE, "hausse_favorable", BETTER),
     (FALL, "hausse_favorable", WORSE), (NOT_SHOWN, "hausse_defavorable", NEUTRAL), (RISE, "ambigue", NEUTRAL)],
)  # fmt: skip
def test_polarity(said: str, polarity: str, read: str) -> None:
    assert reading(said, polarity) == read
