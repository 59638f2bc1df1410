"""What is over, and what succeeds it."""

from __future__ import annotations

import datetime as dt

import duckdb
import pytest

from pipelines.publication import terms

TODAY = dt.date(2025, 2, 15)


@pytest.fixture
def db():
    with duckdb.connect() as connection:
        connection.execute("create schema plan")
        connection.execute(
            "create table plan.versions (version varchar, libelle varchar, valide_de date, valide_a date)"
        )
        yield connection


def fill(db: duckdb.DuckDBPyConnection, *versions: tuple[str, str, str | None]) -> None:
    db.executemany("insert into plan.versions values (?, ?, ?, ?)", [(v, f"Plan {v}", a, z) for v, a, z in versions])


def test_a_plan_in_force_is_not_over(db) -> None:
    fill(db, ("2020", "2020-01-01", "2025-02-15"))
    assert terms.ended(db, TODAY) == []


def test_a_plan_without_an_end_is_never_over(db) -> None:
    fill(db, ("2020", "2020-01-01", None))
    assert terms.ended(db, TODAY) == []


def test_a_plan_that_nothing_follows_says_so(db) -> None:
    fill(db, ("2020", "2020-01-01", "2024-12-31"))
    [term] = terms.ended(db, TODAY)
    assert (term.objet, term.fin, term.suite) == ("plan", dt.date(2024, 12, 31), "")
    assert term.phrase == "Plan 2020 : terminé le 31 décembre 2024. Aucun autre ne lui succède dans les tables."


def test_a_plan_that_another_follows_names_it(db) -> None:
    fill(db, ("2020", "2020-01-01", "2024-12-31"), ("2025", "2025-01-01", "2029-12-31"))
    [term] = terms.ended(db, TODAY)
    assert term.phrase == "Plan 2020 : terminé le 31 décembre 2024. Depuis le 1er janvier 2025 : Plan 2025."


def test_an_amendment_prolongs_and_succeeds_nothing(db) -> None:
    fill(db, ("2020", "2020-01-01", "2024-12-31"), ("avenant", "2021-07-01", "2024-12-31"))
    assert [t.version for t in terms.ended(db, TODAY)] == ["avenant"]
    fill(db, ("avenant 2", "2024-06-01", "2026-12-31"))
    assert terms.ended(db, TODAY) == []


def test_the_road_safety_document_is_told_by_what_is_said_of_it_last(db) -> None:
    fill(db, ("2020", "2020-01-01", "2029-12-31"))
    db.execute("create table plan.dgo (dispositif_code varchar)")
    db.execute("insert into plan.dgo values ('DGO'), ('DGO')")
    db.execute("create table plan.dispositifs (dispositif_code varchar, libelle varchar, debut date, fin date, "
               "dernier_etat boolean)")  # fmt: skip
    db.execute("insert into plan.dispositifs values ('DGO', 'DGO 2018', '2018-01-01', '2022-12-31', true), "
               "('DGO', 'DGO 2018', '2018-01-01', '2026-12-31', false), "
               "('AUTRE', 'x', null, '2021-01-01', true)")  # fmt: skip
    assert [(t.objet, t.libelle, t.fin) for t in terms.ended(db, TODAY)] == [("dgo", "DGO 2018", dt.date(2022, 12, 31))]
