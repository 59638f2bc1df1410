"""`vigie sql` reads the published file: no other file, no writing, no extension, whatever is asked."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest

from pipelines.base.exit_codes import DONE, USAGE
from pipelines.cli import sql

CANARY = "canari-de-la-prefecture"
ATTEMPTS = (
    # another file
    "select * from read_text('{secret}')",
    "select * from read_blob('{secret}')",
    "select * from read_csv('{secret}', header = false)",
    "select * from read_csv_auto('{secret}')",
    "select * from read_json('{secret}')",
    "select * from read_parquet('{folder}/*.parquet')",
    "select * from parquet_metadata('{folder}/a.parquet')",
    "select * from sniff_csv('{secret}')",
    "select * from glob('{folder}/*')",
    "from '{secret}'",
    "from '{folder}/secret.csv'",
    "summarize from '{folder}/secret.csv'",
    "describe from '{folder}/secret.csv'",
    "explain analyze select * from read_text('{secret}')",
    "select (select content from read_text('{secret}'))",
    "with t as (select * from read_text('{secret}')) select * from t",
    "select * from query('select * from read_text(''{secret}'')')",
    "select * from query_table('{folder}/secret.csv')",
    "select getenv('HOME')",
    "attach '{folder}/autre.duckdb'",
    "attach '{folder}/autre.duckdb' (type sqlite)",
    "import database '{folder}'",
    "use '{folder}/autre.duckdb'",
    # writing
    "create table t as select 1",
    "create temp table t as select 1",
    "create view v as select 1",
    "insert into t values (2)",
    "update t set a = 2",
    "delete from t",
    "drop table t",
    "alter table t add column b int",
    "truncate t",
    "copy t to '{folder}/sorti.csv'",
    "copy (select 1) to '{folder}/sorti.parquet'",
    "copy t from '{secret}'",
    "export database '{folder}/sortie'",
    "checkpoint",
    "vacuum",
    "explain analyze copy t to '{folder}/sorti.csv'",
    "explain analyze delete from t",
    "select 1; copy t to '{folder}/sorti.csv'",
    "select 1; drop table t",
    "prepare p as copy t to '{folder}/sorti.csv'; execute p",
    "begin; delete from t; commit",
    "pragma import_database('{folder}')",
    # an extension
    "install httpfs",
    "force install httpfs",
    "load httpfs",
    "load '{folder}/x.duckdb_extension'",
    "install spatial from community",
    "select * from read_csv('https://example.org/a.csv')",
    "from 's3://seau/a.parquet'",
    # what forbids all that
    "set enable_external_access = true",
    "reset enable_external_access",
    "pragma enable_external_access = true",
    "set lock_configuration = false",
    "set allow_unsigned_extensions = true",
    "set temp_directory = '{folder}/t'",
    "set log_query_path = '{folder}/sorti.log'",
    "pragma log_query_path = '{folder}/sorti.log'",
    "pragma profiling_output = '{folder}/sorti.json'",
    "set profiling_output = '{folder}/sorti.json'",
    "pragma enable_profiling = 'json'",
    "create secret s (type s3)",
    "select * from pragma_user_agent()",
)  # fmt: skip
# These are answered: they tell nothing but the engine's name.
HARMLESS = {"select * from pragma_user_agent()"}


@pytest.fixture
def warehouse(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    home = tmp_path / "home"
    (home / "published").mkdir(parents=True)
    file = home / "published" / "vigie.duckdb"
    with duckdb.connect(str(file)) as db:
        db.execute("create table t as select 1 as a")
    outside = tmp_path / "dehors"
    outside.mkdir()
    (outside / "secret.txt").write_text(CANARY, encoding="utf-8")
    (outside / "secret.csv").write_text(f"a\n{CANARY}\n", encoding="utf-8")
    with duckdb.connect(str(outside / "autre.duckdb")) as db:
        db.execute(f"create table secret as select '{CANARY}' as s")
    monkeypatch.setenv("VIGIE_HOME", str(home))
    return file


@pytest.mark.parametrize("attempt", ATTEMPTS)
def test_an_attempt_is_refused_and_changes_nothing(
    warehouse: Path, tmp_path: Path, attempt: str, capsys: pytest.CaptureFixture[str]
) -> None:
    outside = tmp_path / "dehors"
    before, there = warehouse.read_bytes(), sorted(f.name for f in outside.iterdir())
    code = sql.run(attempt.format(folder=outside, secret=outside / "secret.txt"), "csv")
    told = capsys.readouterr()
    assert code == (DONE if attempt in HARMLESS else USAGE)
    assert CANARY not in told.out + told.err
    assert warehouse.read_bytes() == before
    assert sorted(f.name for f in outside.iterdir()) == there
    assert sorted(f.name for f in warehouse.parent.iterdir()) == [warehouse.name]


def test_what_is_published_is_read(warehouse: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert sql.run("select a from t", "csv") == DONE
    assert capsys.readouterr().out == "a\n1\n"
