"""dbt's own unit tests of the formulas; a load leaves them out, `make test` does not."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path

import duckdb
import pytest

from pipelines.settings.model import DBT_PROJECT, Settings
from pipelines.warehouse.dbt import environment, executable
from pipelines.warehouse.dbt_build import build_file
from tests.conftest import Home

pytestmark = pytest.mark.xdist_group("demo")


def test_formulas_hold(demo_home: Home, tmp_path: Path) -> None:
    """In a copy of the demonstration's last build, where every model has the columns that the examples fill in."""
    settings = Settings(home=demo_home.folder)
    copy = shutil.copy(build_file(settings.paths), tmp_path)
    done = subprocess.run(
        [executable(), "test", "--select", "test_type:unit", "--target-path", str(tmp_path / "target"),
         "--project-dir", str(DBT_PROJECT)],
        env=environment(settings, Path(copy)), cwd=DBT_PROJECT,
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout[-3000:]
    told = json.loads((tmp_path / "target" / "run_results.json").read_text())["results"]
    declared = sum(file.read_text().count("\n    given:") for file in (DBT_PROJECT / "models").rglob("*.yml"))
    assert len([r for r in told if r["status"] == "pass"]) == declared > 0


@pytest.mark.long
def test_a_double_and_a_stranger_are_red(demo_home: Home, tmp_path: Path) -> None:
    """The tests of dbt that a load leaves to its rules see a key said twice, and a code that no table knows."""
    settings = Settings(home=demo_home.folder)
    copy = shutil.copy(build_file(settings.paths), tmp_path)

    def red() -> set[str]:
        target = tmp_path / "target"
        subprocess.run(
            [executable(), "test", "--select", "taux,test_type:data", "--target-path", str(target), "--project-dir",
             str(DBT_PROJECT)],
            env=environment(settings, Path(copy)), cwd=DBT_PROJECT, capture_output=True, text=True, check=False,
        )  # fmt: skip
        told = json.loads((target / "run_results.json").read_text(encoding="utf-8"))["results"]
        assert len(told) >= 4
        return {r["unique_id"].split(".")[2] for r in told if r["status"] != "pass"}

    assert red() == set()
    with duckdb.connect(copy) as db:
        db.execute("insert into indicateurs.taux from indicateurs.taux limit 1")
    assert red() == {"cle_unique_taux_"}
    with duckdb.connect(copy) as db:
        db.execute("update indicateurs.taux set indicateur_code = 'INCONNU' where rowid = 0")
    assert {name for name in red() if "indicateur_code" in name}
