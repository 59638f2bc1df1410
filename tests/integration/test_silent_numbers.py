"""Figures that are wrong without one row that is: said wherever a rule looks, with the file to ask again."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from pathlib import Path

import pytest

from pipelines.home.register import Register
from pipelines.quality import record
from tests.conftest import Home
from tests.mutants import Mutant
from tests.mutants.loading import Load
from tests.mutants.silent import ELSEWHERE

pytestmark = [pytest.mark.xdist_group("mutants"), pytest.mark.long]


@pytest.fixture(scope="module")
def damaged(demo_files: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Load, dict[str, Sequence[str]]]:
    """One load of the demonstration with all of this damage, and what each has to name."""
    home = Home(tmp_path_factory.mktemp("silent") / "home", VIGIE_KEEP_BUILD="1")
    shutil.copytree(demo_files, home.landing, dirs_exist_ok=True)
    names = {m.says: m.damage(home.landing) for m in ELSEWHERE}
    return Load(home, home.load(), {}), names


def told(load: Load, mutant: Mutant) -> list[str]:
    """Each finding of the rule, with what it asks."""
    with Register(load.home.folder / "register.sqlite") as register:
        found = record.findings(register, load.told["chargement"])
    return [f"{f['objet']} {f['constat']} {f['remede']}" for f in found if f["regle_code"] == mutant.rule]


@pytest.mark.parametrize("mutant", ELSEWHERE, ids=lambda m: m.says)
def test_a_wrong_figure_is_said_with_its_file(damaged, mutant: Mutant) -> None:
    load, names = damaged
    texts = told(load, mutant)
    assert any(all(name in text for name in names[mutant.says]) for text in texts), (names[mutant.says], texts[:5])


def test_what_is_wrong_is_published_with_its_warning(damaged) -> None:
    load, _ = damaged
    assert (load.told["code_sortie"], load.told["controles"]["bloquants"]) == (0, [])
    assert load.told["refusees"] == []
