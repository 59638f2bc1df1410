"""The dbt graph as users are shown it: what is received, what is published, and nothing in between.

The models in between are dbt's own matter, drawn by `dbt docs`: on the orchestrator's graph they hid the forty tables
that people know among a hundred and forty, and recording each of them cost as much time as building it.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any


def published_graph(manifest: Mapping[str, Any], schemas: tuple[str, ...]) -> dict[str, Any]:
    """The same manifest with the models of `schemas` alone, each depending on the nearest of them and on sources."""
    kept = {i: n for i, n in manifest["nodes"].items() if n["resource_type"] == "model" and n["schema"] in schemas}
    nearest = {i: _nearest(i, manifest["parent_map"], kept.keys() | manifest["sources"].keys()) for i in kept}
    nodes = {i: n | {"depends_on": n["depends_on"] | {"nodes": nearest[i]}} for i, n in kept.items()}
    parents = nearest | {i: [] for i in manifest["sources"]}
    children = {i: sorted(c for c, up in parents.items() if i in up) for i in parents}
    return {**manifest, "nodes": nodes, "unit_tests": {}, "parent_map": parents, "child_map": children}


def _nearest(node: str, parent_map: Mapping[str, list[str]], kept: set[str]) -> list[str]:
    found: set[str] = set()
    seen: set[str] = set()
    waiting = list(parent_map[node])
    while waiting:
        parent = waiting.pop()
        if parent in kept:
            found.add(parent)
        elif parent not in seen:
            seen.add(parent)
            waiting += parent_map.get(parent, [])
    return sorted(found)
