"""What uses the warehouse is declared to dbt, with what it reads and who answers for it."""

from __future__ import annotations

import json
import re

import pytest

from pipelines.publication.contracts import SCHEMAS
from pipelines.settings.model import PROJECT, Settings
from pipelines.warehouse import dbt

_READ = re.compile(rf"\b(?:from|join) ((?:{'|'.join(SCHEMAS)})\.\w+)")


@pytest.fixture(scope="module")
def manifest() -> dict:
    return json.loads(dbt.prepare_project(Settings()).read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def published(manifest: dict) -> dict[str, str]:
    """Each published table of a model → the model."""
    nodes = (n for n in manifest["nodes"].values() if n["resource_type"] == "model" and n["schema"] in SCHEMAS)
    return {f"{n['schema']}.{n['alias']}": n["name"] for n in nodes}


@pytest.fixture(scope="module")
def declared(manifest: dict) -> dict[str, set[str]]:
    """Each exposure → the models that it reads."""
    found = manifest["exposures"].values()
    assert all(e["owner"]["name"] and e["description"] for e in found)
    assert all((PROJECT / e["config"]["meta"]["dossier"]).is_dir() for e in found)
    return {e["name"]: {i.rpartition(".")[2] for i in e["depends_on"]["nodes"]} for e in found}


def test_postgresql_takes_every_published_table(declared: dict, published: dict) -> None:
    assert declared["postgresql"] == set(published.values())


def test_editions_declare_what_their_queries_read(declared: dict, published: dict) -> None:
    files = (PROJECT / "pipelines" / "snapshots").glob("*.py")
    read = {t for f in files for t in _READ.findall(f.read_text(encoding="utf-8"))}
    assert declared["editions"] == {published[t] for t in read if t in published}
    assert declared["site"] == declared["editions"]


def test_every_published_table_has_its_key_tested(manifest: dict, published: dict) -> None:
    tests = [
        n["test_metadata"]["name"] + n["attached_node"] for n in manifest["nodes"].values() if "test_metadata" in n
    ]
    assert {f"cle_uniquemodel.vigie.{name}" for name in published.values()} <= set(tests)
