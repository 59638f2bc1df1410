"""Each rule of coherence, on the plan changed by a figure or two: what it must catch, and what it must not."""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from pathlib import Path

import duckdb
import pytest

from pipelines.settings.model import DBT_PROJECT, Settings
from pipelines.warehouse.dbt import environment, executable
from tests.conftest import Home
from tests.support.coherence_cases import CASES, CBV_2019, change

pytestmark = [pytest.mark.xdist_group("demo"), pytest.mark.long]

# What plan.coherence reads, in the order in which it is built.
TABLES = [f"int_coherence_{t}" for t in ("chiffres", "quantites", "relations", "affirmations")]
Finding = tuple[str, str, str]  # rule, figures of the first place, figures of the second
Laboratory = Callable[..., set[Finding]]


@pytest.fixture(scope="session")
def laboratory(demo_home: Home, tmp_path_factory: pytest.TempPathFactory) -> Laboratory:
    """What the rules find once the tables of the plan are changed by the given SQL; nothing stays of the change."""
    folder = tmp_path_factory.mktemp("laboratoire")
    build = folder / "vigie.duckdb"
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("VIGIE_HOME", str(demo_home.folder))
        known = environment(Settings(), build)
    target = folder / "target"
    done = subprocess.run(
        [executable(), "build", "--select", "+coherence", "--exclude-resource-type", "test", "unit_test",
         "--target-path", str(target), "--project-dir", str(DBT_PROJECT)],
        env=known, cwd=DBT_PROJECT, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout[-3000:]
    compiled = {f.stem: f.read_text(encoding="utf-8") for f in Path(target, "compiled").rglob("*.sql")}
    db = duckdb.connect(str(build))
    db.execute(f"set file_search_path = '{known['VIGIE_RAW']}'")

    def find(*changes: str) -> set[Finding]:
        db.execute("begin")
        try:
            db.execute("use vigie.seeds")
            for change in changes:
                db.execute(change)
            for table in TABLES:
                db.execute(f"create or replace table intermediaire.{table} as {compiled[table]}")
            return {
                (rule, first, second)
                for rule, first, second in db.execute(
                    f"select regle_code, chiffres_1, chiffres_2 from ({compiled['coherence']})"
                ).fetchall()
            }
        finally:
            db.execute("rollback")

    return find


def test_a_corrected_figure_is_no_longer_found_and_the_others_are(laboratory: Laboratory) -> None:
    before = laboratory()
    after = laboratory(change("I.B.1-10", valeur=833, imprime="833"))
    assert before - after == {("REDITE", "I.A-LOT-CAMBRIOLAGES-2019", "I.B.1-10")}
    assert after < before


def test_a_deleted_rule_finds_nothing(laboratory: Laboratory) -> None:
    before = laboratory()
    for rule in {f[0] for f in before}:
        without = laboratory(f"delete from regles_coherence where regle_code = '{rule}'")
        assert without == {f for f in before if f[0] != rule}, rule


@pytest.mark.parametrize("name", CASES)
def test_a_rule_catches_what_it_must_and_only_that(laboratory: Laboratory, name: str) -> None:
    rule, caught, near, figure = CASES[name]

    def named(found: set[Finding]) -> bool:
        return any(r == rule and figure in f"{a}, {b}".split(", ") for r, a, b in found)

    assert named(laboratory(*caught))
    assert not named(laboratory(*near))


def test_every_rule_has_a_case(laboratory: Laboratory) -> None:
    rules = {case[0] for case in CASES.values()}
    assert {f[0] for f in laboratory()} <= rules
    written = Path(DBT_PROJECT, "seeds", "indicateurs", "regles_coherence.csv").read_text(encoding="utf-8")
    assert {line.split(",")[0] for line in written.splitlines()[1:]} == rules


def test_a_contradiction_corrected_takes_its_consequences_away(laboratory: Laboratory) -> None:
    after = laboratory(change("V.P4.A1-02", valeur=6, imprime="six"))
    assert laboratory() - after == {
        ("REDITE", "III.3-04", "V.P4.A1-02"),
        ("ENUMERATION", "V.P4.A1-02", "V.P4.A1-02"),
    }


def test_a_relation_is_a_line_in_a_table(laboratory: Laboratory) -> None:
    before = laboratory()
    without = laboratory("delete from relations_indicateurs where relation_code = 'SOMME_AVIP_4001'")
    assert {f[0] for f in before - without} == {"TOTAL"}
    added = laboratory(
        "insert into relations_indicateurs values ('PARTIE_X', 'partie', 'CBV_4001', 'MENACES_4001', null)",
        change("I.B.2-11", valeur=422),
    )
    assert ("PARTIE", "I.B.2-11", CBV_2019) in added
