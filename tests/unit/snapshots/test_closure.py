"""A quarter closes when its day has passed and nothing that was owed for it is missing, but for what is excused."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

import duckdb
import pytest

from pipelines.base.periods import Period
from pipelines.catalogue.load import load_catalogue
from pipelines.quality.excuses import Excuse
from pipelines.settings.model import Settings
from pipelines.snapshots.closure import Closure, due_date
from pipelines.snapshots.closure import judge as judge_of

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
            "create table qualite.series_manquantes (source varchar, phrase varchar, territoire_code varchar, "
            "objet_code varchar, action_code varchar, debiteur_code varchar, absence varchar, periode_type varchar, "
            "periode_debut date, periode_fin date, depuis varchar, jusqu_a varchar)"
        )
        made.execute("create table qualite.controles (chargement varchar, porte varchar, severite varchar, resultat "
                     "varchar, regle_code varchar, objet varchar, message varchar)")  # fmt: skip
        yield made


def missing(db: duckdb.DuckDBPyConnection, start: str, end: str, kind: str = "mois", absence: str = "retour_service"):
    first, last = (dt.date.fromisoformat(day) for day in (start, end))
    written = {"mois": "{0:%Y-%m}", "annee": "{0:%Y}"}[kind]
    db.execute(
        "insert into qualite.series_manquantes values "
        "('service_returns', 'Il manque', 'SRV-1', 'SRV-1', null, 'SRV-1', ?, ?, ?, ?, ?, ?)",
        [absence, kind, first, last, written.format(first), written.format(last)],
    )


def judge(
    db: duckdb.DuckDBPyConnection, quarter: Period, excused: list[Excuse], today: dt.date, **settings: object
) -> Closure:
    return judge_of(db, Settings(home="/nulle/part", today=today, **settings), load_catalogue(), quarter, excused)


def blockers(db: duckdb.DuckDBPyConnection, quarter: Period = Q4, excused: list[Excuse] | None = None) -> list[str]:
    return judge(db, quarter, excused or [], DAY).blockers


def excuse(source: str, first: str, last: str | None = None, kind: str = "", code: str = "") -> Excuse:
    return Excuse(source, kind, code, first, last or first, "service fermé", "2020-01-10")


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


@pytest.mark.parametrize(
    ("said", "covers"),
    [
        (excuse("service_returns", "2019-T4"), True),
        (excuse("service_returns", "2019"), True),
        (excuse("service_returns", "2019-11"), True),
        (excuse("service_returns", "2019-01", "2019-12"), True),
        (excuse("", "2019-T4", kind="service", code="SRV-1"), True),
        (excuse("service_returns", "2019-T4", kind="service", code="SRV-1"), True),
        (excuse("iscg", "2019-T4"), False),
        (excuse("iscg", "2019-T4", kind="service", code="SRV-1"), False),
        (excuse("", "2019-T4", kind="service", code="SRV-2"), False),
        (excuse("service_returns", "2019-10"), False),
        (excuse("service_returns", "2018-T4"), False),
    ],
)
def test_what_is_excused_is_told_and_holds_nothing(db: duckdb.DuckDBPyConnection, said: Excuse, covers: bool) -> None:
    missing(db, "2019-11-01", "2019-11-30")
    found = judge(db, Q4, [said], DAY)
    assert (found.blockers, len(found.excused)) == (([], 1) if covers else (["Il manque (service_returns)"], 0))


def test_each_of_the_months_must_be_excused(db: duckdb.DuckDBPyConnection) -> None:
    missing(db, "2019-10-01", "2019-12-31")
    months = [excuse("service_returns", f"2019-{m}") for m in (10, 11, 12)]
    assert blockers(db, excused=months) == []
    assert blockers(db, excused=months[:2]) == ["Il manque (service_returns)"]


@pytest.mark.parametrize(("said", "covers"), [("2019", True), ("2019-T4", True), ("2019-T3", False), ("2020", False)])
def test_a_year_is_excused_with_its_last_quarter(db: duckdb.DuckDBPyConnection, said: str, covers: bool) -> None:
    missing(db, "2019-01-01", "2019-12-31", "annee")
    assert (blockers(db, excused=[excuse("service_returns", said)]) == []) is covers


@pytest.mark.parametrize(
    ("settings", "held"),
    [
        ({"depuis": "2019-12"}, False),
        ({"depuis": "2019-11"}, True),
        ({"depuis_source": {"service_returns": "2020-01"}}, False),
        ({"depuis": "2020-01", "depuis_source": {"service_returns": "2019-01"}}, True),
        ({"depuis_source": {"iscg": "2020-01"}}, True),
    ],
)
def test_nothing_before_the_start_holds_a_closure(db: duckdb.DuckDBPyConnection, settings: dict, held: bool) -> None:
    missing(db, "2019-11-01", "2019-11-30")
    assert bool(judge(db, Q4, [], DAY, **settings).blockers) is held


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
