"""A quarter closes when its day has passed and nothing that was owed for it is missing, but for what is excused."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

import duckdb
import pytest

from pipelines.intake.periods import Period
from pipelines.settings import Settings
from pipelines.snapshots import excuses
from pipelines.snapshots.closure import due_date, judge
from pipelines.snapshots.excuses import Excuse

Q4 = Period.read("2019-T4")
DAY = dt.date(2020, 1, 20)


@pytest.fixture
def db() -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect() as made:
        made.execute("create schema qualite; create schema reference")
        made.execute("create table reference.publication as select 'c2' as chargement")
        made.execute("create table reference.absences as select * from (values ('retour_service', true), "
                     "('index_arrete', false)) as a (absence, retient_cloture)")  # fmt: skip
        made.execute(
            "create table qualite.series_manquantes (source varchar, phrase varchar, objet varchar, debiteur varchar, "
            "absence varchar, periode_type varchar, periode_debut date, periode_fin date)"
        )
        made.execute("create table qualite.controles (chargement varchar, porte varchar, severite varchar, resultat "
                     "varchar, regle_code varchar, objet varchar, message varchar)")  # fmt: skip
        yield made


def missing(db: duckdb.DuckDBPyConnection, start: str, end: str, kind: str = "mois", absence: str = "retour_service"):
    db.execute(
        "insert into qualite.series_manquantes values ('service_returns', 'Il manque', 'o', 'd', ?, ?, ?, ?)",
        [absence, kind, start, end],
    )


def blockers(db: duckdb.DuckDBPyConnection, quarter: Period = Q4, excused: list[Excuse] | None = None) -> list[str]:
    return judge(db, quarter, excused or [], DAY).blockers


def test_a_quarter_with_nothing_missing_closes_on_its_day(db: duckdb.DuckDBPyConnection) -> None:
    assert due_date(Q4) == DAY
    assert blockers(db) == []
    [early] = judge(db, Q4, [], DAY - dt.timedelta(days=1)).blockers
    assert early == "le trimestre 2019-T4 se clôt à partir du 20/01/2020"


@pytest.mark.parametrize(
    ("start", "end", "kind", "held"),
    [
        ("2019-11-01", "2019-11-30", "mois", True),
        ("2019-08-01", "2019-10-31", "mois", True),
        ("2019-07-01", "2019-09-30", "mois", False),
        ("2020-01-01", "2020-01-31", "mois", False),
        ("2019-01-01", "2019-12-31", "annee", True),
        ("2018-01-01", "2018-12-31", "annee", False),
    ],
)
def test_what_is_missing_in_it_holds_it(
    db: duckdb.DuckDBPyConnection, start: str, end: str, kind: str, held: bool
) -> None:
    missing(db, start, end, kind)
    assert bool(blockers(db)) is held


def test_a_year_is_owed_with_its_last_quarter(db: duckdb.DuckDBPyConnection) -> None:
    missing(db, "2019-01-01", "2019-12-31", "annee")
    assert blockers(db, Period.read("2019-T3")) == []


def test_an_index_that_stops_is_no_delivery_that_is_missing(db: duckdb.DuckDBPyConnection) -> None:
    missing(db, "2019-11-01", "2019-11-30", absence="index_arrete")
    assert blockers(db) == []


def test_what_is_excused_is_told_and_holds_nothing(db: duckdb.DuckDBPyConnection) -> None:
    missing(db, "2019-11-01", "2019-11-30")
    said = Excuse("service_returns", "2019-T4", "service fermé", "2020-01-10")
    found = judge(db, Q4, [said], DAY)
    assert (found.blockers, len(found.excused)) == ([], 1)
    assert judge(db, Q4, [Excuse("iscg", "2019-T4", "m", "2020-01-10")], DAY).blockers == [
        "Il manque (service_returns)"
    ]


@pytest.mark.parametrize(
    ("load", "gate", "severity", "result", "held"),
    [
        ("c2", "entrepot", "bloquant", "ecart", True),
        ("c2", "entrepot", "bloquant", "erreur", True),
        ("c2", "entrepot", "bloquant", "conforme", False),
        ("c2", "entrepot", "avertissement", "ecart", False),
        ("c1", "entrepot", "bloquant", "ecart", False),
        ("c2", "reception", "bloquant", "ecart", False),
    ],
)
def test_a_blocking_check_that_is_red_in_what_is_published_holds_it(
    db: duckdb.DuckDBPyConnection, load: str, gate: str, severity: str, result: str, held: bool
) -> None:
    db.execute("insert into qualite.controles values (?, ?, ?, ?, 'SOMME', 'o', 'm')", [load, gate, severity, result])
    assert bool(blockers(db)) is held


def test_excuses_are_kept_by_quarter(tmp_path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("VIGIE_HOME", str(tmp_path))
    paths = Settings().paths
    paths.create()
    said = Excuse("iscg", "2019-T4", "poste vacant", "2020-01-10")
    excuses.add(paths, said)
    excuses.add(paths, Excuse("iscg", "2020-T1", "poste vacant", "2020-04-10"))
    assert excuses.read(paths, Q4) == [said]
