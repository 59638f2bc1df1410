"""Which deliveries the rows come from that a test of the published values found."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path

import duckdb

from pipelines.base.sql import quoted
from pipelines.warehouse.dbt import MANIFEST

# The published values know their deliveries by the name of a lot; the model that they are made of, by their ids.
_VALUES, _WITH_IDS = "model.vigie.valeurs", "intermediaire.int_valeurs"


def named_by_tests(build: Path, tests: Iterable[str]) -> list[frozenset[str]]:
    """Return the deliveries of each row of the values that a red relationships test found; none for other tests."""
    manifest = json.loads(MANIFEST.read_text(encoding="utf-8"))["nodes"]
    owners: set[frozenset[str]] = set()
    with duckdb.connect(str(build), read_only=True) as db:
        for node in manifest.values():
            asked = node.get("test_metadata") or {}
            if node["name"] not in set(tests) or asked.get("name") != "relationships":
                continue
            if node.get("attached_node") != _VALUES:
                continue
            column, field = quoted(node["column_name"]), quoted(asked["kwargs"]["field"])
            [referred] = [manifest[i] for i in node["depends_on"]["nodes"] if i != _VALUES]
            other = f"{quoted(referred['schema'])}.{quoted(referred['alias'])}"
            query = (
                f"select distinct livraisons from {_WITH_IDS} where {column} is not null and livraisons is not null"  # noqa: S608
                f" and {column} not in (select {field} from {other} where {field} is not null)"
            )
            owners |= {frozenset(row[0].split(",")) for row in db.execute(query).fetchall()}
    return sorted(owners, key=sorted)
