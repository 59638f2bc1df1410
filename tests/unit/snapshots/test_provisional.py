"""A return given on the twentieth day is provisional in the snapshot of its period, and in no other."""

from __future__ import annotations

import datetime as dt

import pandas as pd
import pytest

from pipelines.base.periods import Period
from pipelines.catalogue.code_lists import code_table
from pipelines.snapshots.provisional import with_provisional

SOURCES = pd.DataFrame(code_table("precedences")).replace({"provisoire_jours": {"": None}})
LOTS = pd.DataFrame([("l1", "d1"), ("l1", "d2"), ("l2", "d2")], columns=["lot", "livraison_id"])


def status(
    received: str, source: str = "retours_services", period: str = "2019-T4", of: str = "2019-T4", **more
) -> str:
    """Of a value of `period`, whose deliveries came in November and on a day, in the snapshot of `of`."""
    read = Period.read(period)
    row = {"source": source, "statut": "A", "lot_livraisons": "l1", "periode_fin": read.end} | more
    deliveries = pd.DataFrame({"livraison_id": ["d1", "d2"], "recu_le": ["2019-11-02T08:00:00+01:00", received]})
    [said] = with_provisional(pd.DataFrame([row]), SOURCES, LOTS, deliveries, Period.read(of))
    return said


@pytest.mark.parametrize(
    ("received", "said"),
    [("2020-01-20T09:00:00+01:00", "P"), ("2020-01-29", "P"), ("2020-01-30", "A"), ("2020-06-01T00:00:00+00:00", "A")],
)
def test_thirty_days_after_its_end_a_return_is_no_longer_early(received: str, said: str) -> None:
    assert status(received) == said


def test_the_months_and_the_year_that_end_in_the_period_are_provisional_too() -> None:
    assert [status("2020-01-20", period=p) for p in ("2019-12", "2019-T4", "2019")] == ["P", "P", "P"]
    assert status("2019-11-20", period="2019-10") == "P"


def test_in_the_snapshot_of_a_later_period_what_nobody_corrected_is_final() -> None:
    assert status("2020-01-20", of="2020-T1") == "A"


def test_only_returns_are_sent_early_and_what_is_missing_stays_so() -> None:
    assert status("2020-01-20", source="etat4001_departements") == "A"
    assert status("2020-01-20", statut="M") == "M"
    assert status("2020-01-20", statut="D") == "P"
    assert status("2020-01-20", lot_livraisons=None) == "A"
    assert status("2020-01-20", periode_fin=dt.date(2018, 12, 31)) == "A"
