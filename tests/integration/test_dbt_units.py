"""dbt's own unit tests of the formulas; a load leaves them out, `make test` does not."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

from pipelines.settings import DBT_PROJECT
from pipelines.warehouse.dbt import environment, executable
from tests.conftest import Home

pytestmark = pytest.mark.xdist_group("demo")


def test_formulas_hold(demo_home: Home, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("VIGIE_HOME", str(demo_home.folder))
    from pipelines.settings import Settings

    done = subprocess.run(
        [executable(), "build", "--select", "+comparaison_nationale", "--exclude-resource-type", "test",
         "--target-path", str(tmp_path / "target"), "--project-dir", str(DBT_PROJECT)],
        env=os.environ | environment(Settings(), tmp_path / "vigie.duckdb"), cwd=DBT_PROJECT,
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout[-3000:]
    assert "PASS evolution_seulement_entre_comparables" in done.stdout.replace("int_comparaisons::", "")
