"""Of which day the plan is read."""

from __future__ import annotations

import datetime as dt

import duckdb
import pytest

from pipelines.cli.plan.moment import day_of, in_force, other_days


@pytest.fixture
def db():
    with duckdb.connect() as connection:
        connection.execute("create schema plan")
        connection.execute("create table plan.versions (valide_de date, valide_a date)")
        connection.execute("insert into plan.versions values ('2020-01-01', '2024-12-31'), ('2026-01-01', null)")
        yield connection


@pytest.mark.parametrize(
    ("asked", "read"),
    [
        ("2022-05-01", "2022-05-01"),
        ("2025-06-01", "2024-12-31"),  # between two plans: the last day of the one before
        ("2019-01-01", "2020-01-01"),  # before any: the first day of the first
        ("2030-01-01", "2030-01-01"),
    ],
)
def test_a_day_without_a_plan_is_the_nearest_before_it(db, asked: str, read: str) -> None:
    assert day_of(db, dt.date.fromisoformat(asked)) == dt.date.fromisoformat(read)


def test_the_days_of_other_plans_are_their_last(db) -> None:
    assert other_days(db, dt.date(2026, 5, 1)) == [dt.date(2024, 12, 31)]
    assert other_days(db, dt.date(2024, 12, 31)) == []


def test_a_line_without_dates_always_holds(db) -> None:
    db.execute("create table t (valide_de date, valide_a date)")
    db.execute("insert into t values (null, null), ('2020-01-01', '2020-12-31'), ('2021-01-01', null)")
    held = db.execute(f"select count(*) from t where {in_force('t', dt.date(2020, 12, 31))}").fetchone()
    assert held == (2,)
