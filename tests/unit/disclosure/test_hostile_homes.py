"""Few facts, means, parts, months that others publish, corrected editions: nothing withheld is found or narrowed.

`python -m tests.disclosure.attack 300` does it on three hundred.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.disclosure.attack import attacked
from tests.disclosure.holdings import attacker_of
from tests.disclosure.homes import drawn, editions
from tests.disclosure.second_opinion import audited

QUICK, OTHERS = (0, 2, 5), (1, 3, 4, *range(6, 12))


@pytest.mark.parametrize("seed", [*QUICK, *(pytest.param(seed, marks=pytest.mark.long) for seed in OTHERS)])
def test_nothing_is_found_nor_narrowed(seed: int) -> None:
    told = attacked(seed)
    assert told.withheld > 0
    assert told.found == {}
    assert told.narrowed == {}


def test_without_secondary_suppression_the_attacker_finds_and_narrows() -> None:
    told = attacked(1, secondary=False)
    assert told.found
    assert told.narrowed


@pytest.mark.parametrize("seed", [0, 5, 6, 7])
def test_a_mean_of_few_is_withheld_as_the_count_that_it_is(seed: int) -> None:
    """A month with one person prints 0,33; three quarters and their year give the fourth."""
    *_, (tables, truth) = editions(drawn(seed), seed)
    series = tables["series"]
    means = series[series["indicateur_code"].isin(["ISCG_PERSONNES", "P2.A1.I1"]) & (series["periode_type"] != "mois")]
    assert len(means)
    for one in means.to_dict("records"):
        count, threshold = truth[one["indicateur_code"], one["territoire_code"], one["periode"]]
        assert (one["confidentialite"] == "F") <= (count == 0 or count > threshold)


@pytest.mark.long
@pytest.mark.parametrize("seed", [1, 7, 8])
def test_a_second_opinion_finds_every_small_count_protected(seed: int, tmp_path: Path) -> None:
    """The audit of τ-ARGUS, of sums and parts: it narrows nothing, and is never closer than the attacker."""
    pytest.importorskip("pytauargus", reason="τ-ARGUS n'est pas installé : son audit n'est pas demandé")
    given = list(editions(drawn(seed), seed))
    attacker, truth = attacker_of([tables for tables, _ in given]), given[-1][1]
    elsewhere = attacker_of([tables for tables, _ in given], elsewhere=True)
    intervals = audited(attacker, truth, tmp_path / "edition.jj")
    assert intervals
    for key, (low, high) in intervals.items():
        closest = attacker.range_of(key)
        assert low <= closest[0] + 1e-6
        assert high >= min(closest[1], 10_000) - 1e-6
        value, threshold = truth[key]
        if 1 <= value <= threshold:
            least, most = elsewhere.range_of(key)
            assert low <= max(1, least) + 1e-6
            assert high >= min(threshold, most) - 1e-6


def test_the_second_opinion_finds_what_is_not_protected(tmp_path: Path) -> None:
    pytest.importorskip("pytauargus", reason="τ-ARGUS n'est pas installé : son audit n'est pas demandé")
    given = list(editions(drawn(1), 1, secondary=False))
    intervals = audited(attacker_of([tables for tables, _ in given]), given[-1][1], tmp_path / "edition.jj")
    assert any(high - low < 0.5 for low, high in intervals.values())
