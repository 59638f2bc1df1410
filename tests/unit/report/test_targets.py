"""Where a target is, as a page says it: on the rows that it speaks of, by its operator and its date."""

from __future__ import annotations

import datetime as dt

import pytest

from pipelines.report.lines import reached


@pytest.mark.parametrize(
    ("operator", "value", "wanted", "due", "said"),
    [
        (">=", 2, 2, None, "atteinte"),
        (">=", 1, 2, None, "non atteinte"),
        ("<=", 1, 2, None, "atteinte"),
        ("<=", 3, 2, None, "non atteinte"),
        ("=", 2, 2, None, "atteinte"),
        ("=", 3, 2, None, "non atteinte"),
        (">=", 1, 2, dt.date(2022, 12, 31), "l'échéance n'est pas passée"),
        (">=", 1, 2, dt.date(2021, 12, 31), "non atteinte"),
        (">=", 2, 2, dt.date(2022, 12, 31), "atteinte"),
    ],
)
def test_a_target_is_reached_not_reached_or_not_due(
    operator: str, value: float, wanted: float, due: dt.date | None, said: str
) -> None:
    target = {"operateur": operator, "valeur": wanted, "date_cible": due, "periode_type": "annee"}
    row = {"valeur": value, "periode_type": "annee", "periode_fin": dt.date(2021, 12, 31)}
    assert reached(target, row) == f" ; {said}"


@pytest.mark.parametrize("row", [{"valeur": None, "periode_type": "annee"}, {"valeur": 5, "periode_type": "mois"}])
def test_nothing_is_said_where_there_is_no_value_nor_on_another_kind_of_period(row: dict) -> None:
    target = {"operateur": ">=", "valeur": 2, "date_cible": None, "periode_type": "annee"}
    assert reached(target, row | {"periode_fin": dt.date(2021, 12, 31)}) == ""
