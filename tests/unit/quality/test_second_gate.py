"""What the second gate makes of a build's `controles`: what is excused does not weigh, what is unknown is not 0."""

from __future__ import annotations

import json
from pathlib import Path

import duckdb
import pandas as pd
import pytest

from pipelines.quality import warehouse
from pipelines.quality.findings import FAILED, KNOWN, OFF, SOUND, Result
from pipelines.quality.known import KnownError
from pipelines.quality.rules import WAREHOUSE, read_rules, read_suite

RULE = "FACTEUR_DIX"
COLUMNS = (
    "regle_code varchar, source varchar, indicateur_code varchar, territoire_code varchar, periode varchar,"
    " detail varchar, observe double, attendu double, ecart double, livraisons varchar"
)


def judged(folder: Path, *deviations: float | None, excused: str | None = None) -> Result:
    """The result of one rule on a build in which it looked at one thing a deviation."""
    build = folder / "vigie.duckdb"
    limit = warehouse.parameters()[RULE]
    with duckdb.connect(str(build)) as db:
        for schema in ("controles", "reference", "seeds", "qualite"):
            db.execute(f"create schema {schema}")
        db.execute("create table qualite.livraisons (livraison_id varchar, nom varchar)")
        db.execute("create table reference.territoires (territoire_code varchar, libelle varchar)")
        db.execute("create table reference.indicateurs (indicateur_code varchar, libelle varchar)")
        db.execute("create table seeds.precedences (source varchar, libelle varchar)")
        db.execute(f"create table controles.ecarts ({COLUMNS}, seuil double)")
        for rank, deviation in enumerate(deviations):
            db.execute(
                "insert into controles.ecarts values (?, 's', 'I', 'DEP-46', ?, null, 1, 1, ?, null, ?)",
                [RULE, str(2010 + rank), deviation, limit],
            )
        for model in ("comptes", "objets"):
            sql = (warehouse_models() / f"{model}.sql").read_text().replace("{{ ref('ecarts') }}", "controles.ecarts")
            db.execute(f"create table controles.{model} as {sql}")
        db.execute(
            "create table controles.ctl_sauts as select *, 0 as base, 1 as n_annees from controles.objets where false"
        )
    rules = {RULE: read_rules(WAREHOUSE)[RULE]}
    suite = read_suite(WAREHOUSE)
    suite["expectations"] = [e for e in suite["expectations"] if e["meta"]["regle"] == RULE]
    known = [KnownError(RULE, excused, "m", "2099-01-01", "2025-01-01")] if excused else []
    [result], _ = warehouse.judge(build, set(), known, rules, json.loads(json.dumps(suite)))
    return result


def warehouse_models() -> Path:
    return Path(warehouse.__file__).parents[2] / "dbt_project" / "models" / "controles"


@pytest.fixture
def limit() -> float:
    return warehouse.parameters()[RULE]


def test_within_and_beyond(tmp_path: Path, limit: float) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / "b").mkdir()
    sound = judged(tmp_path / "a", limit - 0.5, limit)
    assert (sound.resultat, sound.observe, sound.n_verifies) == (SOUND, limit, 2)
    off = judged(tmp_path / "b", limit, limit + 1)
    assert (off.resultat, off.observe, off.n_ecarts) == (OFF, limit + 1, 1)


def test_what_is_excused_leaves_the_worst_of_the_others(tmp_path: Path, limit: float) -> None:
    result = judged(tmp_path, limit - 0.25, limit + 1, excused="*2011*")
    assert (result.resultat, result.observe, result.n_connus) == (KNOWN, limit - 0.25, 1)


def test_when_all_is_excused_nothing_was_observed(tmp_path: Path, limit: float) -> None:
    result = judged(tmp_path, limit + 1, limit + 2, excused="*")
    assert (result.resultat, result.observe, result.n_connus) == (KNOWN, None, 2)
    assert not result.stops


def test_a_deviation_that_could_not_be_computed_is_a_failure(tmp_path: Path, limit: float) -> None:
    result = judged(tmp_path, limit, None)
    assert (result.resultat, result.observe) == (FAILED, None)
    assert result.stops
    assert "1 comparaisons sur 2" in result.message


def test_rules_without_a_row_get_the_answer_of_the_whole_suite() -> None:
    """They are not asked of Great Expectations, which would say the same of each."""
    limits, whole = warehouse.parameters(), read_suite(WAREHOUSE)
    frame = pd.DataFrame({"regle_code": [RULE, RULE], "source": ["a", "b"], "pire_ecart": [0.0, limits[RULE] + 1]})
    told = {o.rule: o for o in warehouse._examined(whole, frame, limits)}
    assert told == {o.rule: o for o in warehouse.examine(whole, frame, limits)}
    assert [o.rule for o in told.values() if o.error is None] == [RULE]
    assert warehouse._examined(whole, frame[:0], limits) == list(warehouse.examine(whole, frame[:0], limits))
