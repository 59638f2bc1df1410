"""Few facts, means, parts, months that others publish, corrected editions: nothing withheld is found or narrowed.

`python -m tests.disclosure.attack 300` does it on three hundred.
"""

from __future__ import annotations

import pytest

from tests.disclosure.attack import attacked
from tests.disclosure.homes import drawn, editions


@pytest.mark.parametrize("seed", range(12))
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
