"""What the rule of the words is worth, on families drawn at random: few false alarms where counts are dispersed."""

from __future__ import annotations

import numpy as np

from tests.verify.simulated_families import SEED, simulate


def test_where_counts_are_dispersed_few_families_are_said_to_change_for_nothing() -> None:
    found = simulate(2.5, 0, 40, np.random.default_rng(SEED))
    assert found["avant"].alarm > 0.8, "chance alone is not what makes counts vary"
    assert found["nouvelle"].alarm < 0.3


def test_where_they_are_not_true_changes_are_found_as_before() -> None:
    found = simulate(1.0, 5, 40, np.random.default_rng(SEED))
    assert found["nouvelle"].power > 0.35
    assert found["nouvelle"].false < 0.12
    assert found["nouvelle"].power > found["avant"].power - 0.1
