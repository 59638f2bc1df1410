"""The orchestrator's process knows dbt's graph without dbt-core, and knows the same as with it."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

_ASSETS = """
import json, sys
if sys.argv[1] == "avec":
    import dbt.version
import pipelines.definitions
from pipelines.defs.warehouse import build_warehouse
specs = [
    [s.key.to_user_string(), sorted(d.asset_key.to_user_string() for d in s.deps), s.group_name, s.description,
     sorted(s.kinds), sorted(s.tags)]
    for s in build_warehouse.specs
]
print(json.dumps([sorted(specs), sorted(m for m in sys.modules if m.startswith("dbt.")) != []]))
"""


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> dict[str, tuple[list, bool]]:
    """« avec » and « sans » → the assets of the warehouse, and whether dbt-core was imported."""
    home = tmp_path_factory.mktemp("home")
    return {how: _asked(home, how) for how in ("sans", "avec")}


def _asked(home: Path, how: str) -> tuple[list, bool]:
    done = subprocess.run(
        [sys.executable, "-c", _ASSETS, how],
        env={"VIGIE_HOME": str(home), "PATH": ""}, capture_output=True, text=True, check=True,
    )  # fmt: skip
    specs, imported = json.loads(done.stdout.splitlines()[-1])
    return specs, imported


def test_the_orchestrator_does_without_dbt_core(told: dict[str, tuple[list, bool]]) -> None:
    assert told["avec"][1], "the test would see dbt-core if it were imported"
    assert not told["sans"][1]


def test_the_assets_are_those_that_dbt_core_selects(told: dict[str, tuple[list, bool]]) -> None:
    assert len(told["avec"][0]) > 30
    assert told["sans"][0] == told["avec"][0]
