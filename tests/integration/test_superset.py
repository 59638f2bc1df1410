"""A BI tool on the PostgreSQL copy: Superset finds tables, columns and their words, draws the figures, writes nothing.

VIGIE_SUPERSET names the Python of an environment where it is installed (docs/connecter.md); without it the test skips.
"""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from pipelines.postgresql.copy import ANALYST, copy_to
from pipelines.publication.reading import opened_file
from tests.conftest import PROJECT, Home
from tests.support.postgresql import Server, fixture_server

pytestmark = [pytest.mark.xdist_group("postgresql"), pytest.mark.long]
WHERE = {"indicateur_code": "CBV_4001", "territoire_code": "DEP-46", "periode_type": "annee"}
CHART = {
    "columns": ["periode"],
    "metrics": [{"expressionType": "SQL", "sqlExpression": "sum(valeur)", "label": "valeur"}],
    "filters": [{"col": column, "op": "==", "val": value} for column, value in WHERE.items()],
    "orderby": [["periode", True]],
    "row_limit": 1000,
}


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    yield from fixture_server()


@pytest.fixture(scope="module")
def told(server: Server, demo_home: Home, tmp_path_factory: pytest.TempPathFactory) -> dict:
    """What Superset answered, connected as a member of the analysts' role."""
    python = os.environ.get("VIGIE_SUPERSET")
    if not python or not Path(python).exists():
        pytest.skip("Superset n'est pas installé : VIGIE_SUPERSET dit où est son Python (docs/connecter.md)")
    name = server.database()
    copy_to(server.dsn(name), demo_home.warehouse)
    with server.connect() as pg:
        pg.execute(f"create role bi login in role {ANALYST}")
    asked = {
        "schema": "indicateurs",
        "table": "series",
        "charts": {"series": CHART},
        "statements": {
            "read": "select count(*) as n from indicateurs.series",
            "write": "delete from indicateurs.series",
            "create": "create table indicateurs.autre (x int)",
        },
    }
    done = subprocess.run(
        [python, PROJECT / "tests" / "support" / "superset_driver.py",
         f"postgresql+psycopg2://bi@/{name}?host={server.folder}", tmp_path_factory.mktemp("superset")],
        input=json.dumps(asked), capture_output=True, text=True, timeout=900, check=False,
        env={k: v for k, v in os.environ.items() if k != "PYTHONPATH"},
    )  # fmt: skip
    assert done.returncode == 0, done.stderr[-3000:]
    return json.loads(done.stdout)


def test_it_connects_and_finds_the_columns_with_their_words(told: dict, demo_home: Home) -> None:
    assert (told["database"]["code"], told["dataset"]["code"]) == (201, 201), (told["database"], told["dataset"])
    with opened_file(demo_home.warehouse) as db:
        words = dict(db.execute("select column_name, comment from duckdb_columns() where table_name = 'series' "
                                "and schema_name = 'indicateurs'").fetchall())  # fmt: skip
    assert {c["column_name"]: c["description"] for c in told["columns"]} == words


def test_a_chart_draws_the_figures_of_the_warehouse_and_leaves_what_is_missing_empty(
    told: dict, demo_home: Home
) -> None:
    [answer] = told["charts"]["series"]["result"]
    where = " and ".join(f"{column} = '{value}'" for column, value in WHERE.items())
    with opened_file(demo_home.warehouse) as db:
        expected = db.execute(
            f"select periode, sum(valeur)::double from indicateurs.series where {where} group by 1 order by 1"
        ).fetchall()
    drawn = [(row["periode"], row["valeur"]) for row in answer["data"]]
    assert len(drawn) > 5
    assert [(p, None if v is None else float(v)) for p, v in drawn] == expected


def test_it_reads_and_writes_nothing(told: dict, demo_home: Home) -> None:
    said = told["statements"]
    with opened_file(demo_home.warehouse) as db:
        [count] = db.execute("select count(*) from indicateurs.series").fetchone()
    assert said["read"]["data"] == [{"n": count}]
    for name in ("write", "create"):
        assert said[name]["code"] >= 400, said[name]
        assert "permission denied" in json.dumps(said[name])
