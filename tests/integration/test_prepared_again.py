"""A project prepared again after a change holds what one prepared from nothing holds."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import duckdb
import pytest

from tests.conftest import Home

pytestmark = pytest.mark.long

PREPARE = """
from pipelines.settings.model import Settings
from pipelines.warehouse import dbt

dbt.prepare_project(Settings())
"""


def prepare(project: Path, home: Home) -> dict[str, tuple]:
    """Each table of what the project is prepared into: how many rows, and their hash in whatever order."""
    environment = home.environment | {"PYTHONPATH": str(project)}
    subprocess.run([sys.executable, "-c", PREPARE], env=environment, cwd=project, check=True)
    with duckdb.connect(str(project / "dbt_project" / ".vigie" / "base" / "vigie.duckdb"), read_only=True) as db:
        names = db.execute("select schema_name || '.' || table_name from duckdb_tables()").fetchall()
        rows = "select count(*), sum(hash(t)::hugeint) from {} as t"
        return {name: db.execute(rows.format(name)).fetchone() for (name,) in names}


def test_a_seed_and_a_model_are_changed(amended: Path, home: Home) -> None:
    prepare(amended, home)
    seed = amended / "dbt_project" / "seeds" / "reference" / "motifs.csv"
    before = seed.read_text(encoding="utf-8")
    last = before.strip().splitlines()[-1]
    seed.write_text(before + last.replace(last.split(",")[0], "motif_d_essai", 1) + "\n", encoding="utf-8")
    model = amended / "dbt_project" / "models" / "marts" / "reference" / "reference_perimetres.sql"
    model.write_text(model.read_text(encoding="utf-8") + "\nlimit 1\n", encoding="utf-8")
    again = prepare(amended, home)
    assert again["reference.perimetres"][0] == 1
    shutil.rmtree(amended / "dbt_project" / ".vigie")
    anew = prepare(amended, home)
    assert {t for t in again.keys() | anew.keys() if again.get(t) != anew.get(t)} == set()
