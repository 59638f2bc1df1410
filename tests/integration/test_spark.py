"""The models on Spark give DuckDB's rows; the comparison sees a row, a column or a kind that is not the same."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest

from tests.conftest import Home
from tests.engines import spark
from tests.engines.rows import compare
from tests.faults.ground import BASE, Ground

pytestmark = pytest.mark.long


@pytest.fixture
def kept(tmp_path: Path) -> Home:
    """A home with a little of every kind of file, and the build that its load kept."""
    home = Home(tmp_path / "home", VIGIE_KEEP_BUILD="1")
    for file in Ground(tmp_path / "sol").files(*BASE, "retours-iscg-2024", "donnee-dep").values():
        home.drop(file)
    assert home.load()["resultat"] == "publié"
    return home


def test_spark_builds_the_same_rows(kept: Home, tmp_path: Path) -> None:
    reason = spark.missing()
    if reason:
        pytest.skip(reason)
    # A third of the models, from the raw rows to values; `make spark` builds them all.
    found = {c.relation: c for c in spark.compared(kept, tmp_path / "spark", model="int_valeurs_4001")}
    assert [c for c in found.values() if not c.equal] == []
    assert len(found) > 30
    assert found["intermediaire.int_valeurs_4001"].rows > 100
    assert found["staging.stg_police__faits"].rows > 0


@pytest.mark.parametrize(
    ("written", "seen"),
    [
        ("select * from t", (True, 0, 0, None)),
        ("select * from t order by n desc", (True, 0, 0, None)),
        ("select * from t where n < 3", (False, 1, 0, None)),
        ("select * from t union all select * from t where n = 1", (False, 0, 1, None)),
        ("select n, v + 1 as v, d from t", (False, 3, 3, None)),
        ("select n, case when n < 3 then v end as v, d from t", (False, 1, 1, None)),
        ("select n, v::double as v, d from t", (False, 3, 3, "v : DECIMAL(18,2) et flottant")),
        ("select n, v, d::varchar as d from t", (False, 3, 3, "d : DATE et VARCHAR")),
        ("select n, v from t", (False, 3, 3, "d : DATE et None")),
    ],
)
def test_what_differs_is_seen(tmp_path: Path, written: str, seen: tuple) -> None:
    with duckdb.connect(str(tmp_path / "vigie.duckdb")) as db:
        db.execute("create schema marts")
        db.execute(
            "create table marts.t as select n::integer as n, n::decimal(18, 2) as v, "
            "date '2019-01-01' + n::integer as d from range(1, 4) as r(n)"
        )
        folder = tmp_path / "lignes" / "marts.t"
        folder.mkdir(parents=True)
        db.execute("use marts")
        db.execute(f"copy ({written.replace('n,', 'n::bigint as n,', 1)}) to '{folder}/a.parquet'")
    [found] = compare(tmp_path / "vigie.duckdb", tmp_path, tmp_path / "lignes")
    assert (found.equal, found.missing, found.added, found.columns) == seen


def test_nothing_compared_is_no_success(tmp_path: Path) -> None:
    duckdb.connect(str(tmp_path / "vigie.duckdb")).close()
    with pytest.raises(ValueError, match="no relation"):
        compare(tmp_path / "vigie.duckdb", tmp_path, tmp_path / "lignes")
