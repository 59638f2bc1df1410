"""The words of what is followed."""

from __future__ import annotations

import pytest

from pipelines.publication import states


def test_a_history_tells_each_state_from_its_first_quarter() -> None:
    told = [("2021-T1", "non_commence"), ("2021-T2", "en_cours"), ("2021-T3", "en_cours"), ("2021-T4", None)]
    assert states.history(told) == "non commencée depuis 2021-T1, en cours depuis 2021-T2, inconnu depuis 2021-T4"


@pytest.mark.parametrize(
    ("codes", "words"),
    [
        (None, ""),
        ("", ""),
        ("cofinancement", "moins de la moitié du coût vient d'ailleurs"),
        ("plafond, paye, plafond", "plus de 80 % du coût ; payé plus qu'accordé"),
    ],
)
def test_a_rule_that_is_not_kept_is_said_once(codes: str | None, words: str) -> None:
    assert states.fund_rules(codes) == words
