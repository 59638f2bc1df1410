"""Each rule catches its mutant by name, and without the rule it is not caught.

Mutants that do not disturb one another share a load; `make verify-quality` gives each its own.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import lru_cache
from pathlib import Path

import pytest

from pipelines.quality.findings import FAILED, OFF
from pipelines.quality.reception import ReceptionGate
from pipelines.quality.rules import WAREHOUSE, read_suite
from pipelines.quality.warehouse import judge
from tests.mutants import BLOCKING_FILES, IN_THE_PROJECT, REFUSED_FILES, WARNING_FILES, Mutant, caught
from tests.mutants.loading import Load, damaged_file, gate_without, judged_without, load_mutants, received
from tests.support.kept_workers import kept_workers

__all__ = ["kept_workers"]

pytestmark = pytest.mark.xdist_group("mutants")

GROUPS = {"refused": REFUSED_FILES, "warned": WARNING_FILES, "held": BLOCKING_FILES, "project": IN_THE_PROJECT}
BUILT = [*BLOCKING_FILES, *WARNING_FILES, *IN_THE_PROJECT]


@pytest.fixture(scope="module")
def load(demo_files: Path, tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Load]:
    """The load of one group of mutants, made when it is first asked for."""
    made: dict[str, Load] = {}

    def of(group: str) -> Load:
        if group not in made:
            made[group] = load_mutants(GROUPS[group], demo_files, tmp_path_factory.mktemp(group))
        return made[group]

    return of


@lru_cache
def rules_off(build: Path) -> set[str]:
    """The rules that the second gate finds broken in a build."""
    results, _ = judge(build, set(), [])
    return {r.regle_code for r in results if r.resultat == OFF}


def group_of(mutant: Mutant) -> str:
    return next(name for name, mutants in GROUPS.items() if mutant in mutants)


# ---- the first gate


@pytest.mark.long
@pytest.mark.parametrize("mutant", REFUSED_FILES, ids=str)
def test_a_delivery_that_cannot_be_is_refused_by_its_rule(load, mutant: Mutant) -> None:
    refused = load("refused")
    caught(mutant.rule, refused.names[mutant.rule], refused.findings)


@pytest.mark.long
def test_what_is_refused_stops_nothing_else(load) -> None:
    refused = load("refused")
    assert (refused.told["code_sortie"], refused.told["controles"]["bloquants"]) == (1, [])
    # Five files hold two of the mutants each: the returns of 2020, the follow-up of 2022, the workbook by service, and
    # both bases of the SSMSI.
    assert len(refused.told["refusees"]) == len(REFUSED_FILES) - 5
    assert all(d["remede"] and d["ligne"] for r in refused.told["refusees"] for d in r["defauts"])


@pytest.mark.parametrize("mutant", REFUSED_FILES, ids=str)
def test_without_its_rule_the_delivery_would_be_accepted(mutant: Mutant, demo_files: Path, tmp_path: Path) -> None:
    file, names = damaged_file(mutant, demo_files, tmp_path / "landing")
    caught(mutant.rule, names, received(tmp_path / "with", file, ReceptionGate()))
    without = received(tmp_path / "without", file, gate_without(mutant.rule))
    with pytest.raises(AssertionError, match=f"{mutant.rule} ne nomme pas"):
        caught(mutant.rule, names, without)
    assert without == []


# ---- the second gate


@pytest.mark.long
@pytest.mark.parametrize("mutant", BUILT, ids=str)
def test_a_mutant_is_caught_by_its_rule(load, mutant: Mutant) -> None:
    loaded = load(group_of(mutant))
    caught(mutant.rule, loaded.names[mutant.rule], loaded.findings)
    assert mutant.rule in rules_off(loaded.build)


@pytest.mark.long
@pytest.mark.parametrize("mutant", BUILT, ids=str)
def test_without_its_rule_the_mutant_lives(load, mutant: Mutant) -> None:
    loaded = load(group_of(mutant))
    with pytest.raises(AssertionError, match=f"{mutant.rule} ne nomme pas"):
        caught(mutant.rule, loaded.names[mutant.rule], judged_without(mutant.rule, loaded))


@pytest.mark.long
def test_a_delivery_that_a_rule_holds_back_is_set_aside_and_the_rest_is_published(load) -> None:
    held = load("held")
    assert held.told["code_sortie"] == 1
    aside = {d["nom"] for d in held.told["mises_a_l_ecart"]}
    assert len(aside) == len(held.names)
    published = held.home.sql("select nom, statut from qualite.livraisons where statut <> 'acceptee'")
    assert {tuple(row) for row in published} == {(name, "ecartee") for name in aside}
    assert held.told["controles"]["bloquants"] == []


@pytest.mark.long
@pytest.mark.parametrize("group", ["project"])
def test_a_load_that_no_delivery_explains_publishes_nothing(load, group: str) -> None:
    held = load(group)
    assert held.told["code_sortie"] == 2
    assert not held.home.warehouse.exists()
    assert {f["regle_code"] for f in held.told["controles"]["bloquants"]} == set(held.names)
    assert "ce qui manque n'est pas encore compté" in held.home.run("quality").stdout


@pytest.mark.long
def test_warnings_are_published_with_what_they_say(load) -> None:
    warned = load("warned")
    assert (warned.told["code_sortie"], warned.told["controles"]["bloquants"]) == (0, [])
    published = {r for [r] in warned.home.sql("select distinct regle_code from qualite.constats")}
    assert set(warned.names) <= published


# ---- the checks themselves


def _no_expectation(suite: dict) -> None:
    suite["expectations"] = []


def _misspelt(suite: dict) -> None:
    suite["expectations"][0]["type"] = "expect_column_values_to_be_betwen"


def _broken(suite: dict) -> None:
    for e in suite["expectations"]:
        e["kwargs"]["column"] = "colonne_absente"


@pytest.mark.long
@pytest.mark.parametrize("damage", [_no_expectation, _misspelt, _broken], ids=lambda f: f.__name__)
def test_a_suite_that_cannot_be_run_is_red_for_every_rule_and_stops(load, damage: Callable[[dict], None]) -> None:
    suite = read_suite(WAREHOUSE)
    damage(suite)
    results, _ = judge(load("warned").build, set(), [], suite=suite)
    looked_at = [r for r in results if r.resultat != "sans_objet"]
    assert len({r.regle_code for r in looked_at}) > 20
    assert {r.resultat for r in looked_at} == {FAILED}
    assert all(r.stops and r.message for r in looked_at)


@pytest.mark.long
def test_a_rule_without_its_expectation_is_red(load) -> None:
    suite = read_suite(WAREHOUSE)
    gone = suite["expectations"].pop(0)["meta"]["regle"]
    results, _ = judge(load("warned").build, set(), [], suite=suite)
    assert [(r.regle_code, r.resultat) for r in results if r.stops] == [(gone, FAILED)]


@pytest.mark.long
def test_a_rule_that_looked_at_nothing_of_a_source_that_came_is_red(load, tmp_path: Path) -> None:
    import duckdb

    build = tmp_path / "vigie.duckdb"
    build.write_bytes(load("warned").build.read_bytes())
    with duckdb.connect(str(build)) as db:
        db.execute("delete from controles.comptes where regle_code in ('RAPPROCHEMENT', 'MOIS_ANNEE')")
    results, _ = judge(build, {"police", "gendarmerie"}, [])
    assert [(r.regle_code, r.resultat) for r in results if r.stops] == [("RAPPROCHEMENT", FAILED)]
    # Without the source there is nothing to look at, and nothing is wrong; nor with a rule that another source feeds.
    results, _ = judge(build, {"insee"}, [])
    assert [r.regle_code for r in results if r.stops] == []


@pytest.mark.long
def test_the_findings_of_the_command_are_those_of_the_register(load) -> None:
    warned = load("warned")
    done = warned.home.run("quality", "--json")
    page = json.loads(done.stdout)
    assert len(page["avertissements"]) == warned.told["controles"]["constats"]["avertissement"]
    assert page["bloquants"] == []
