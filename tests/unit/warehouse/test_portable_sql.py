"""The models stay inside the SQL that DuckDB and Spark share; the few differences are macros."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

MODELS = Path(__file__).resolve().parents[3] / "dbt_project" / "models"
FORBIDDEN = {
    r"\bexclude\s*\(": "EXCLUDE",
    r"\breplace\s*\(\s*\w+\s+as\b": "* REPLACE",
    r"\bstrftime\s*\(": "strftime",
    r"\bregexp_matches\s*\(": "regexp_matches",
    r"\bunnest\s*\(": "unnest",
    r"\bread_(?:csv|parquet|json)\w*\s*\(": "reading a path in a model",
    r"/(?!\s*nullif\s*\()": "division whose divisor is not guarded by nullif",
    r"coalesce\s*\([^()]*,\s*0\s*\)": "a missing value turned into 0",
    r"\bselect\s+distinct\s+on\b": "DISTINCT ON",
    r"\bpivot\b": "PIVOT",
}


def offences(sql: str) -> list[str]:
    """What in this SQL is outside the portable list; comments and texts do not count."""
    bare = re.sub(r"--[^\n]*|/\*.*?\*/|\{#.*?#\}|'(?:[^']|'')*'", " ", sql, flags=re.DOTALL)
    return [name for pattern, name in FORBIDDEN.items() if re.search(pattern, bare, re.IGNORECASE)]


def bodies(file: Path) -> str:
    """The SQL of a file, but for the bodies of dispatched macros: there each engine speaks its own dialect."""
    text = file.read_text(encoding="utf-8")
    return re.sub(r"\{% macro (?:duckdb|spark)__.*?endmacro -?%\}", " ", text, flags=re.DOTALL)


@pytest.mark.parametrize(
    "file", sorted([*MODELS.rglob("*.sql"), *MODELS.parent.glob("macros/*.sql")]), ids=lambda f: f.name
)
def test_model_is_portable(file: Path) -> None:
    assert offences(bodies(file)) == []


@pytest.mark.parametrize(
    ("sql", "named"),
    [
        ("select * exclude (a) from t", "EXCLUDE"),
        ("select strftime(d, '%Y') from t", "strftime"),
        ("select 100 * a / b from t", "division whose divisor is not guarded by nullif"),
        ("select coalesce(valeur, 0) from t", "a missing value turned into 0"),
        ("select unnest([1, 2])", "unnest"),
    ],
)
def test_an_offence_is_named(sql: str, named: str) -> None:
    assert offences(sql) == [named]


def test_guarded_division_comments_and_texts_pass() -> None:
    assert offences("select a / nullif(b, 0), '31/01/2020' -- a / b\nfrom t") == []


def test_every_model_states_its_grain_beside_it() -> None:
    for file in MODELS.rglob("*.sql"):
        beside = file.with_suffix(".yml")
        assert beside.exists(), f"{file.name} has no yml beside it"
        said = " ".join(beside.read_text(encoding="utf-8").split())
        assert re.search(r"Grain, une (?:seule )?ligne", said), f"{beside.name}: no grain"
