"""dbt run by hand, as docs/developper/dbt.md says, and what it must not change of a load."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from pipelines.settings.model import Settings
from pipelines.warehouse import dbt
from tests.conftest import PROJECT, Home

pytestmark = [pytest.mark.xdist_group("demo"), pytest.mark.long]

STRAY = """
autre:
  target: ailleurs
  outputs:
    ailleurs: {type: duckdb, path: autre_nom.duckdb, schema: autre_schema}
"""
_VALUES = (
    "select indicateur_code, territoire_code, periode, source, valeur, motif from indicateurs.valeurs order by all"
)


@pytest.fixture
def prepared(amended: Path) -> Path:
    """A copy of the project, as it is once Vigie has parsed it."""
    dbt.prepare_project(Settings())
    shutil.copytree(dbt.TARGET, amended / "dbt_project" / dbt.TARGET.name, dirs_exist_ok=True)
    return amended


def by_hand(project: Path, script: str, environment: dict[str, str]) -> None:
    """Run lines of shell in a copy of the project, with the commands of this installation."""
    (project / ".venv").symlink_to(Path(sys.executable).parent.parent)
    done = subprocess.run(["bash", "-euc", script], cwd=project, env=environment, capture_output=True, text=True,
                          check=False)  # fmt: skip
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-1000:]


def test_a_stray_parse_changes_no_load(prepared: Path, demo_workbook: Path, tmp_path: Path) -> None:
    home = Home(tmp_path / "home", PYTHONPATH=str(prepared))
    home.drop(demo_workbook)
    assert home.load()["code_sortie"] == 0
    before = home.sql(_VALUES)
    profiles = tmp_path / "profils"
    profiles.mkdir()
    (profiles / "profiles.yml").write_text(STRAY, encoding="utf-8")
    project = prepared / "dbt_project"
    stray = f"cd {project} && ../.venv/bin/dbt parse --profiles-dir {profiles} --profile autre --vars '{{a: 1}}'"
    by_hand(prepared, stray, home.environment)
    assert '"autre_nom"' in (project / "target" / "manifest.json").read_text(encoding="utf-8")
    # Everything anew, from a shell that still speaks to that dbt.
    shell = {
        "DBT_TARGET": "ailleurs",
        "DBT_PROFILE": "autre",
        "DBT_PROFILES_DIR": str(profiles),
        "DBT_FULL_REFRESH": "1",
    }
    done = home.run("rebuild", "--json", **shell)
    assert done.returncode == 0, done.stderr + done.stdout
    assert len(before) > 1000
    assert home.sql(_VALUES) == before


def test_the_commands_of_the_page_run(prepared: Path, demo_home: Home) -> None:
    page = (PROJECT / "docs" / "developper" / "dbt.md").read_text(encoding="utf-8")
    [block] = re.findall(r"```console\n(.*?)```", page, re.DOTALL)
    published = demo_home.warehouse.stat()
    by_hand(prepared, block, demo_home.environment)
    assert (prepared / "essai.duckdb").exists()
    assert demo_home.warehouse.stat() == published
